namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is what is kept of a registered channel: who it belongs to, and how it is set.</summary>
internal sealed record IrcChannelRegistration
{
    /// <summary>Gets the channel's name.</summary>
    public required byte[] Name { get; init; }

    /// <summary>Gets the account that it belongs to.</summary>
    public required byte[] Founder { get; init; }

    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>Gets the ranks that accounts get when they join, by folded name.</summary>
    public IReadOnlyDictionary<byte[], IrcMemberModes> Access { get; init; } = new Dictionary<byte[], IrcMemberModes>();

    public IrcChannelModes Modes { get; init; }

    public byte[]? Key { get; init; }

    public int Limit { get; init; }

    public byte[]? Topic { get; init; }

    public byte[] TopicSetBy { get; init; } = [];

    public DateTimeOffset TopicSetAt { get; init; }

    public IReadOnlyList<IrcMaskEntry> Bans { get; init; } = [];

    public IReadOnlyList<IrcMaskEntry> BanExceptions { get; init; } = [];

    public IReadOnlyList<IrcMaskEntry> InviteExceptions { get; init; } = [];
}
