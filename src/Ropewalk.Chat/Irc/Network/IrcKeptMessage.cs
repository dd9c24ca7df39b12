namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is one message to a channel whose history outlasts the server: it is told when it is in the log, with the time at which it was taken.</summary>
internal sealed class IrcKeptMessage
{
    public required IrcChannel Channel { get; init; }

    /// <summary>Gets when the channel was registered: the history of one that was dropped is not its successor's.</summary>
    public required DateTimeOffset ChannelRegistered { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required IrcHistoryKind Kind { get; init; }

    public bool IsBot { get; init; }

    public required byte[] Id { get; init; }

    /// <summary>Gets the source, without colon and space.</summary>
    public required byte[] Source { get; init; }

    public byte[]? Account { get; init; }

    public required byte[] ClientTags { get; init; }

    public required byte[] Text { get; init; }

    /// <summary>Gives the message as a history takes it.</summary>
    public IrcHistoryMessage ToHistory() => new()
    {
        Time = Time,
        Kind = Kind,
        IsBot = IsBot,
        Id = Id,
        Source = Source,
        Account = Account,
        ClientTags = ClientTags,
        Text = Text,
    };
}
