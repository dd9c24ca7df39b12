namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is one message to be kept, or one that was. <b>Lifetime</b>: as long as what it was taken from does not change.</summary>
internal ref struct IrcHistoryMessage
{
    public DateTimeOffset Time;
    public IrcHistoryKind Kind;
    public bool IsBot;

    /// <summary>The message id.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>The source, without colon and space.</summary>
    public ReadOnlySpan<byte> Source;

    /// <summary>The account that it was sent under; empty for none.</summary>
    public ReadOnlySpan<byte> Account;

    /// <summary>The client's own tags as they were written; empty for none.</summary>
    public ReadOnlySpan<byte> ClientTags;

    public ReadOnlySpan<byte> Text;
}
