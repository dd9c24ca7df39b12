using System.Diagnostics.CodeAnalysis;
using System.Net;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Policies;

/// <summary>A set of networks, asked in a few steps however many there are: one look per distinct prefix length.</summary>
public sealed class AddressSet
{
    private readonly (int Length, HashSet<UInt128> Prefixes)[] _lengths;

    private AddressSet(IEnumerable<AddressPrefix> prefixes) =>
        _lengths = [.. prefixes.GroupBy(prefix => prefix.Length).OrderByDescending(group => group.Key).Select(group => ((int)group.Key, group.Select(prefix => prefix.Bits).ToHashSet()))];

    /// <summary>Gets the set without networks.</summary>
    public static AddressSet Empty { get; } = new([]);

    /// <summary>Gets whether there is no network in the set.</summary>
    public bool IsEmpty => _lengths.Length == 0;

    /// <summary>Parses networks (<c>10.0.0.0/8</c>, <c>2001:db8::/32</c>) and addresses.</summary>
    /// <exception cref="FormatException">One is neither; the message names all that are wrong.</exception>
    public static AddressSet Parse(IEnumerable<string> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        var errors = new List<string>();
        AddressSet? set = TryParse(networks, errors);
        return set ?? throw new FormatException(string.Join(" ", errors));
    }

    /// <summary>Tells whether an address is in one of the networks.</summary>
    public bool Contains(IPAddress address) => Contains(AddressPrefix.Of(address));

    /// <summary>Tells whether the address of a datagram's peer is in one of the networks. Nothing is allocated.</summary>
    public bool Contains(in PeerAddress peer) => Contains(AddressPrefix.Of(peer));

    internal static AddressSet? TryParse(IEnumerable<string> networks, List<string> errors)
    {
        var prefixes = new List<AddressPrefix>();
        int before = errors.Count;
        foreach (string text in networks)
        {
            if (TryParse(text, out AddressPrefix? prefix, out string? error))
            {
                prefixes.Add(prefix.Value);
            }
            else
            {
                errors.Add(error);
            }
        }

        return errors.Count == before ? new AddressSet(prefixes) : null;
    }

    private bool Contains(AddressPrefix whole)
    {
        foreach ((int length, HashSet<UInt128> prefixes) in _lengths)
        {
            if (prefixes.Contains(whole.Shorten(length).Bits))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryParse(string? text, [NotNullWhen(true)] out AddressPrefix? prefix, [NotNullWhen(false)] out string? error)
    {
        prefix = null;
        error = null;
        if (AddressPrefix.TryParseNetwork(text, out IPNetwork network, out IPNetwork? meant))
        {
            // An IPv4 address in the form of IPv6 is the IPv4 one: its length counts from there.
            int ipv4Length = network.BaseAddress.IsIPv4MappedToIPv6 ? network.PrefixLength - 96 : network.PrefixLength;
            prefix = AddressPrefix.Of(network.BaseAddress, ipv4Length, network.PrefixLength);
            return true;
        }

        error = meant is null
            ? $"\"{text}\" is neither a network, as 10.0.0.0/8, nor an address."
            : $"\"{text}\" has bits behind its prefix; the network is {meant}.";
        return false;
    }
}
