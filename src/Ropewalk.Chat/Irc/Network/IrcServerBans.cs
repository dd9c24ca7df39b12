using System.Net;
using Ropewalk.Policies;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Holds the bans of the server. One that has ended is forgotten when it is met.</summary>
/// <remarks>Whoever comes is looked up, so it must cost little however many bans there are: networks are found by one look per distinct length, masks are held as bytes.</remarks>
internal sealed class IrcServerBans
{
    private readonly Dictionary<(IrcServerBanKind Kind, string Mask), IrcServerBan> _bans = [];
    private readonly Dictionary<AddressPrefix, List<IrcServerBan>> _networks = [];
    private readonly SortedDictionary<byte, int> _lengths = [];
    private readonly List<IrcServerBan> _masks = [];
    private DateTimeOffset _nextEnd = DateTimeOffset.MaxValue;

    public IReadOnlyCollection<IrcServerBan> All => _bans.Values;

    /// <summary>Adds a ban, in the place of one with the same mask.</summary>
    public void Set(IrcServerBan ban)
    {
        Remove(ban.Kind, ban.Mask);
        _bans.Add(KeyOf(ban.Kind, ban.Mask), ban);
        _nextEnd = ban.Until < _nextEnd ? ban.Until.Value : _nextEnd;
        if (ban.Network is not { } network)
        {
            _masks.Add(ban);
            return;
        }

        // Two spellings of one network are two bans.
        if (!_networks.TryGetValue(network, out List<IrcServerBan>? same))
        {
            _networks.Add(network, same = []);
            _lengths[network.Length] = _lengths.GetValueOrDefault(network.Length) + 1;
        }

        same.Add(ban);
    }

    public bool Remove(IrcServerBanKind kind, string mask)
    {
        if (!_bans.Remove(KeyOf(kind, mask), out IrcServerBan? ban))
        {
            return false;
        }

        if (ban.Network is not { } network)
        {
            _masks.Remove(ban);
        }
        else if (_networks[network].Remove(ban) && _networks[network].Count == 0)
        {
            _networks.Remove(network);
            if (--_lengths[network.Length] == 0)
            {
                _lengths.Remove(network.Length);
            }
        }

        return true;
    }

    /// <summary>Finds what keeps an address out, or null.</summary>
    public IrcServerBan? Find(IPAddress? address, DateTimeOffset now)
    {
        RemoveEnded(now);
        if (address is null || _networks.Count == 0)
        {
            return null;
        }

        AddressPrefix whole = AddressPrefix.Of(address);
        foreach (byte length in _lengths.Keys)
        {
            if (_networks.TryGetValue(whole.Shorten(length), out List<IrcServerBan>? bans))
            {
                return bans[0];
            }
        }

        return null;
    }

    /// <summary>Finds what keeps a user out, or null.</summary>
    public IrcServerBan? Find(IrcUser user, DateTimeOffset now)
    {
        if (Find(user.Peer.Address, now) is { } ban)
        {
            return ban;
        }

        foreach (IrcServerBan one in _masks)
        {
            if (one.Matches(user))
            {
                return one;
            }
        }

        return null;
    }

    private static (IrcServerBanKind Kind, string Mask) KeyOf(IrcServerBanKind kind, string mask) => (kind, mask.ToLowerInvariant());

    private void RemoveEnded(DateTimeOffset now)
    {
        if (now < _nextEnd)
        {
            return;
        }

        foreach (IrcServerBan ban in _bans.Values.Where(ban => ban.Until <= now).ToArray())
        {
            Remove(ban.Kind, ban.Mask);
        }

        _nextEnd = _bans.Values.Min(ban => ban.Until) ?? DateTimeOffset.MaxValue;
    }
}
