using Ropewalk.Policies;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Counts the accounts that are made from each address, whether they come about or not: each costs a hash and a write.</summary>
internal sealed class IrcAccountPace
{
    // some 1 MiB; so many that register within one period are an attack
    private const int MostAddresses = 10_000;

    private readonly Dictionary<AddressPrefix, (int Made, DateTimeOffset Since)> _byAddress = [];

    /// <summary>Counts one more, if it may be.</summary>
    public bool TryMake(IrcPeer peer, IrcNetworkLimits limits, DateTimeOffset now)
    {
        if (limits.AccountsPerAddress == 0 || peer.Address is not { } address)
        {
            return true;
        }

        // Who has one address of IPv6 has a /64 of them.
        AddressPrefix prefix = AddressPrefix.Of(address, ipv6Length: 64);
        if (!_byAddress.TryGetValue(prefix, out (int Made, DateTimeOffset Since) count) || now - count.Since >= limits.AccountsPeriod)
        {
            count = (0, now);
            RemoveEnded(limits, now);
        }

        if (count.Made >= limits.AccountsPerAddress || (count.Made == 0 && _byAddress.Count >= MostAddresses))
        {
            return false;
        }

        _byAddress[prefix] = count with { Made = count.Made + 1 };
        return true;
    }

    private void RemoveEnded(IrcNetworkLimits limits, DateTimeOffset now)
    {
        if (_byAddress.Count < MostAddresses)
        {
            return;
        }

        foreach ((AddressPrefix prefix, (_, DateTimeOffset since)) in _byAddress)
        {
            if (now - since >= limits.AccountsPeriod)
            {
                _byAddress.Remove(prefix);
            }
        }
    }
}
