using Ropewalk.Policies;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Counts connections by class and by address.</summary>
internal sealed class IrcAdmission
{
    private readonly Dictionary<AddressPrefix, int> _byAddress = [];
    private readonly Dictionary<string, int> _byClass = [];

    /// <summary>Counts a connection in, whether it may stay or not.</summary>
    /// <returns>Why it may not, or null.</returns>
    public string? TryAdmit(IrcPeer peer)
    {
        int ofClass = _byClass.GetValueOrDefault(peer.Class.Name) + 1;
        _byClass[peer.Class.Name] = ofClass;
        int ofAddress = 0;
        if (Prefix(peer) is { } prefix)
        {
            ofAddress = _byAddress.GetValueOrDefault(prefix) + 1;
            _byAddress[prefix] = ofAddress;
        }

        return peer.Class.MaxConnections == 0 ? "Connections like yours are not taken here"
            : ofClass > peer.Class.MaxConnections ? "The server is full" : ofAddress > peer.Class.MaxPerAddress ? "Too many connections from your address" : null;
    }

    /// <summary>Counts a connection out.</summary>
    public void Leave(IrcPeer peer)
    {
        Decrement(_byClass, peer.Class.Name);
        if (Prefix(peer) is { } prefix)
        {
            Decrement(_byAddress, prefix);
        }
    }

    // Who has one address of IPv6 has a /64 of them.
    private static AddressPrefix? Prefix(IrcPeer peer) => peer.Address is { } address ? AddressPrefix.Of(address, ipv6Length: 64) : null;

    private static void Decrement<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        if (counts[key] == 1)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key]--;
        }
    }
}
