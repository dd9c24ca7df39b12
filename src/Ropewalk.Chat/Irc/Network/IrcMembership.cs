namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is one user's place in one channel.</summary>
internal sealed class IrcMembership(IrcUser user, IrcChannel channel)
{
    public IrcUser User { get; } = user;

    public IrcChannel Channel { get; } = channel;

    public IrcMemberModes Modes { get; set; }

    /// <summary>Gets or sets where in the channel's members this is; -1 when it is none of them any more.</summary>
    public int Index { get; set; }

    public bool HasLeft => Index < 0;

    /// <summary>Says whether the member has this rank or a higher one.</summary>
    public bool IsAtLeast(IrcMemberModes rank) => Modes >= rank;
}
