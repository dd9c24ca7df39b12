using System.Net;
using System.Text;
using Ropewalk.Policies;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Holds the bans of the server. One that has ended is forgotten when it is met.</summary>
internal sealed class IrcServerBans
{
    private readonly List<IrcServerBan> _bans = [];

    public IReadOnlyList<IrcServerBan> All => _bans;

    /// <summary>Adds a ban, in the place of one with the same mask.</summary>
    public void Set(IrcServerBan ban)
    {
        Remove(ban.Kind, ban.Mask);
        _bans.Add(ban);
    }

    public bool Remove(IrcServerBanKind kind, string mask) => _bans.RemoveAll(ban => ban.Kind == kind && string.Equals(ban.Mask, mask, StringComparison.OrdinalIgnoreCase)) > 0;

    /// <summary>Finds what keeps an address out, or null.</summary>
    public IrcServerBan? Find(IPAddress? address, DateTimeOffset now) =>
        address is null ? null : Find(ban => Matches(ban, address), now);

    /// <summary>Finds what keeps a user out, or null.</summary>
    public IrcServerBan? Find(IrcUser user, DateTimeOffset now) =>
        Find(user.Peer.Address, now)
        ?? Find(ban => ban.Kind == IrcServerBanKind.Mask && Matches(ban, user), now);

    /// <summary>Says whether a ban takes a user in.</summary>
    public static bool Matches(IrcServerBan ban, IrcUser user) => ban.Kind == IrcServerBanKind.Mask
        ? user.Matches(Encoding.UTF8.GetBytes(ban.Mask))
        : user.Peer.Address is { } address && Matches(ban, address);

    private static bool Matches(IrcServerBan ban, IPAddress address) => ban.Networks?.Contains(address) == true;

    private IrcServerBan? Find(Predicate<IrcServerBan> matches, DateTimeOffset now)
    {
        if (_bans.Count == 0)
        {
            return null;
        }

        _bans.RemoveAll(ban => ban.Until <= now);
        return _bans.Find(matches);
    }
}
