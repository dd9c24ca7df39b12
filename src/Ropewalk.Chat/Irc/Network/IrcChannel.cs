namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is one channel.</summary>
internal sealed class IrcChannel(byte[] name, DateTimeOffset now)
{
    private readonly List<IrcMembership> _members = [];

    /// <summary>Gets the name as who made the channel wrote it.</summary>
    public byte[] Name { get; } = name;

    public DateTimeOffset Created { get; set; } = now;

    public IrcChannelModes Modes { get; set; }

    public byte[]? Key { get; set; }

    /// <summary>Gets how many may join; 0 for any number.</summary>
    public int Limit { get; set; }

    public byte[]? Topic { get; set; }

    public byte[] TopicSetBy { get; set; } = [];

    public DateTimeOffset TopicSetAt { get; set; }

    public IrcMaskList Bans { get; } = new();

    public IrcMaskList BanExceptions { get; } = new();

    public IrcMaskList InviteExceptions { get; } = new();

    /// <summary>Gets what is kept of the channel beyond its members' stay, or null if it is not registered.</summary>
    public IrcChannelRegistration? Registration { get; set; }

    /// <summary>Gets or sets how many are registering the channel, of whom one will.</summary>
    public int Registering { get; set; }

    /// <summary>Gets whether the channel is being registered: what changes meanwhile waits, and is kept behind it.</summary>
    public bool IsBeingRegistered => Registering > 0;

    /// <summary>Gets what was said, or null if nothing is kept.</summary>
    public IrcHistory? History { get; set; }

    /// <summary>Gets the members, in no order that means anything.</summary>
    public IReadOnlyList<IrcMembership> Members => _members;

    public bool Has(IrcChannelModes mode) => (Modes & mode) != 0;

    /// <summary>Adds a member.</summary>
    public IrcMembership Add(IrcUser user)
    {
        var membership = new IrcMembership(user, this) { Index = _members.Count };
        _members.Add(membership);
        user.Channels.Add(membership);
        return membership;
    }

    /// <summary>Removes a member.</summary>
    public void Remove(IrcMembership membership)
    {
        IrcMembership last = _members[^1];
        _members[membership.Index] = last;
        last.Index = membership.Index;
        membership.Index = -1;
        _members.RemoveAt(_members.Count - 1);
        membership.User.Channels.Remove(membership);
    }

    /// <summary>Says whether a user is kept out, or kept quiet, by a ban and not let in by an exception.</summary>
    public bool IsBanned(IrcUser user, bool mutesToo) => Bans.Matches(user, mutesToo) && !BanExceptions.Matches(user, mutesToo: true);
}
