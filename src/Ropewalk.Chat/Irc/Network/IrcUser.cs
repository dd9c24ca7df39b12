using System.Text;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is one client, from its connection on.</summary>
internal sealed class IrcUser
{
    private static readonly byte[] NoNick = "*"u8.ToArray();

    private byte[]? _realSource;
    private int _userNameBytes;

    /// <summary>Creates a user that has said nothing yet.</summary>
    public IrcUser(IIrcLink link, IrcPeer peer, byte[] host, DateTimeOffset now)
    {
        Link = link;
        Peer = peer;
        SignedOn = now;
        LastActive = now;
        Source = [];
        MakeSource(NoNick, [], host);
    }

    public IIrcLink Link { get; }

    public IrcPeer Peer { get; }

    /// <summary>Gets the nickname; <c>*</c> until there is one, which is how replies name such a client.</summary>
    public byte[] Nick { get; private set; } = NoNick;

    /// <summary>Gets the user name; empty until there is one.</summary>
    public ReadOnlySpan<byte> UserName => Source.AsSpan(Nick.Length + 2, _userNameBytes);

    /// <summary>Gets the host as others see it.</summary>
    public ReadOnlySpan<byte> Host => Source.AsSpan(Nick.Length + _userNameBytes + 3, Source.Length - Nick.Length - _userNameBytes - 4);

    public byte[] RealName { get; set; } = [];

    /// <summary>Gets the account that the user is logged in to, by its display name, or null.</summary>
    public byte[]? Account { get; set; }

    /// <summary>Gets when that account was made, in seconds of Unix time.</summary>
    public long AccountSince { get; set; }

    /// <summary>Gets why the user is away, or null.</summary>
    public byte[]? Away { get; set; }

    /// <summary>Gets the name of the operator block that the user has taken, or null.</summary>
    public IrcOperatorBlock? OperatorBlock { get; set; }

    /// <summary>Gets what lines of the user begin with: colon, nickname, user name, host and a space.</summary>
    public byte[] Source { get; private set; }

    /// <summary>Gets nickname, user name and address, where others see a cloak instead of the address; else null. Bans of addresses hold behind cloaks too.</summary>
    public byte[]? RealSource =>
        Peer.IsCloaked ? _realSource ??= [.. Nick, (byte)'!', .. UserName, (byte)'@', .. Peer.RealHost] : null;

    /// <summary>Gets or sets the last round of sending that has met this user: who shares several channels with another is told once.</summary>
    public int MetInRound { get; set; }

    public IrcUserModes Modes { get; set; }

    public IrcClientCapabilities Capabilities { get; set; }

    /// <summary>Gets the version of capability negotiation that the client speaks; 0 if none.</summary>
    public int CapabilityVersion { get; set; }

    /// <summary>Gets what was said so far; null once the user is registered.</summary>
    public IrcRegistrationState? Registration { get; set; } = new();

    public List<IrcMembership> Channels { get; } = [];

    /// <summary>Gets the nicknames that the user monitors, or null.</summary>
    public HashSet<byte[]>? Monitored { get; set; }

    /// <summary>Gets the channels that the user was invited to and has not joined, or null.</summary>
    public List<IrcChannel>? Invitations { get; set; }

    /// <summary>Gets or sets the SASL exchange that is under way, or null.</summary>
    public IrcSaslState? Sasl { get; set; }

    public DateTimeOffset SignedOn { get; set; }

    /// <summary>Gets when the user has last said something to somebody.</summary>
    public DateTimeOffset LastActive { get; set; }

    /// <summary>Gets or sets whether the send queue was found full: the user is closed after the present command.</summary>
    public bool HasOverflown { get; set; }

    /// <summary>Gets or sets whether the user is gone: nothing is to be done for it any more.</summary>
    public bool IsGone { get; set; }

    public bool IsRegistered => Registration is null;

    public bool HasNick => !ReferenceEquals(Nick, NoNick);

    public bool IsOperator => (Modes & IrcUserModes.Operator) != 0;

    /// <summary>Gets whether the client has asked for a capability.</summary>
    public bool Has(IrcClientCapabilities capability) => (Capabilities & capability) == capability;

    public void SetNick(byte[] nick) => MakeSource(nick, UserName, Host);

    public void SetUserName(ReadOnlySpan<byte> userName) => MakeSource(Nick, userName, Host);

    /// <summary>Goes back to having no nickname.</summary>
    public void ForgetNick() => SetNick(NoNick);

    public void SetHost(ReadOnlySpan<byte> host) => MakeSource(Nick, UserName, host);

    /// <summary>Finds the user's place in a channel, or null.</summary>
    public IrcMembership? In(IrcChannel channel)
    {
        foreach (IrcMembership membership in Channels)
        {
            if (ReferenceEquals(membership.Channel, channel))
            {
                return membership;
            }
        }

        return null;
    }

    /// <summary>Says whether nickname, user name and host match a mask: as others see them, or with the address that is behind a cloak.</summary>
    public bool Matches(ReadOnlySpan<byte> mask) =>
        IrcMask.Matches(mask, Source.AsSpan(1, Source.Length - 2)) || (RealSource is { } real && IrcMask.Matches(mask, real));

    /// <summary>Gives nickname, user name and host: never what is secret.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Source).Trim(':', ' ');

    // Nickname, user name and host are parts of it: a user is one array and not four.
    private void MakeSource(byte[] nick, ReadOnlySpan<byte> userName, ReadOnlySpan<byte> host)
    {
        var source = new byte[nick.Length + userName.Length + host.Length + 4];
        source[0] = (byte)':';
        nick.CopyTo(source.AsSpan(1));
        source[nick.Length + 1] = (byte)'!';
        userName.CopyTo(source.AsSpan(nick.Length + 2));
        source[nick.Length + userName.Length + 2] = (byte)'@';
        host.CopyTo(source.AsSpan(nick.Length + userName.Length + 3));
        source[^1] = (byte)' ';
        Source = source;
        Nick = nick;
        _userNameBytes = userName.Length;
        _realSource = null;
    }
}
