using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Holds the hashed denials of a zone in the order of their hashes, and finds which one speaks of a name. <b>Spec</b>: RFC 5155.</summary>
/// <remarks>
/// Which one matches a name of the zone, and which one speaks of the wildcard below it, is found when it is first asked for and then kept: only names that do not exist are hashed for each
/// query. Two threads that find the same at once write the same.
/// </remarks>
internal sealed class Nsec3Chain
{
    /// <summary>A SHA-1 hash: the only kind there is. <b>Spec</b>: RFC 5155 §11.</summary>
    public const int HashBytes = SHA1.HashSizeInBytes;

    // RFC 9276 §3.2: more than this is refused by validators, and each one costs us for every name that does not exist. BIND and Knot have the same bound.
    private const int MostIterations = 150;
    private const int HashLabelBytes = 32;

    private readonly Zone _zone;
    private readonly byte[] _salt;
    private readonly int _iterations;
    private readonly byte[] _hashes;
    private readonly int[] _nodes;
    // Behind the number of a link stands one more; zero is unknown, -1 none.
    private readonly int[] _matches;
    private readonly int[] _wildcards;

    private Nsec3Chain(Zone zone, ReadOnlySpan<byte> parameters, byte[] hashes, int[] nodes)
    {
        _zone = zone;
        _iterations = BinaryPrimitives.ReadUInt16BigEndian(parameters[2..]);
        _salt = parameters.Slice(5, parameters[4]).ToArray();
        _hashes = hashes;
        _nodes = nodes;
        _matches = new int[zone.NodeCount];
        _wildcards = new int[zone.NodeCount];
    }

    public long MemoryBytes => _hashes.LongLength + (_nodes.LongLength * sizeof(int)) + (_matches.LongLength * 2 * sizeof(int));

    /// <summary>Makes the chain of a zone that has one: parameters that can be used, and at least one record for them. <b>Spec</b>: RFC 5155 §4.1.2.</summary>
    public static Nsec3Chain? Of(Zone zone)
    {
        if (!zone[0].TryFind(DnsType.NSEC3PARAM, out ZoneRecordSet set))
        {
            return null;
        }

        foreach (ReadOnlySpan<byte> parameters in set)
        {
            // RFC 5155 §4.1.2: a record with unknown flags is not for use.
            bool isUsable = parameters[0] == 1 && parameters[1] == 0 && BinaryPrimitives.ReadUInt16BigEndian(parameters[2..]) <= MostIterations;
            if (isUsable && Gather(zone, parameters, out byte[] hashes, out int[] nodes))
            {
                return new(zone, parameters, hashes, nodes);
            }
        }

        return null;
    }

    /// <summary>Gets the name that a link stands at.</summary>
    public int NodeOf(int link) => _nodes[link];

    /// <summary>Finds the link that matches a name of the zone; -1 if there is none (opt-out).</summary>
    public int FindMatch(int node)
    {
        int known = Volatile.Read(ref _matches[node]);
        if (known == 0)
        {
            known = FindMatch(_zone[node].Owner);
            known = known < 0 ? -1 : known + 1;
            Volatile.Write(ref _matches[node], known);
        }

        return known < 0 ? -1 : known - 1;
    }

    /// <summary>Finds the link that matches or covers the wildcard directly below a name of the zone.</summary>
    [SkipLocalsInit]
    public int FindWildcard(int node)
    {
        int known = Volatile.Read(ref _wildcards[node]);
        if (known == 0)
        {
            Span<byte> wildcard = stackalloc byte[DnsLimits.NameBytes + 2];
            known = FindCover(WireName.WriteWildcard(_zone[node].Owner, wildcard)) + 1;
            Volatile.Write(ref _wildcards[node], known);
        }

        return known - 1;
    }

    /// <summary>Finds the link whose hash is the name's, or the last before it, in the circle. <b>Spec</b>: RFC 5155 §1.3.</summary>
    [SkipLocalsInit]
    public int FindCover(ReadOnlySpan<byte> name)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        Hash(name, hash);
        int link = FindAtOrBefore(hash);
        return link < 0 ? _nodes.Length - 1 : link;
    }

    private static bool Gather(Zone zone, ReadOnlySpan<byte> parameters, out byte[] hashes, out int[] nodes)
    {
        List<int> found = [];
        List<byte> bytes = [];
        Span<byte> hash = stackalloc byte[HashBytes];
        for (int node = 1; node < zone.NodeCount; node++)
        {
            // The text of the hashes keeps their order, so that canonical order is the chain's.
            ZoneNode at = zone[node];
            if (at.Parent == 0 && at.TryFind(DnsType.NSEC3, out ZoneRecordSet set) && HasParameters(set, parameters) && TryReadHash(at.Owner, hash))
            {
                found.Add(node);
                bytes.AddRange(hash);
            }
        }

        hashes = [.. bytes];
        nodes = [.. found];
        return nodes.Length > 0;
    }

    private static bool HasParameters(ZoneRecordSet set, ReadOnlySpan<byte> parameters)
    {
        foreach (ReadOnlySpan<byte> rdata in set)
        {
            // Hash, flags (of which opt-out is the record's own), iterations, salt.
            if (rdata[0] == parameters[0] && rdata[2..].StartsWith(parameters[2..]))
            {
                return true;
            }
        }

        return false;
    }

    // RFC 4648 §7: base 32 with the digits first.
    private static bool TryReadHash(ReadOnlySpan<byte> name, Span<byte> hash)
    {
        if (name[0] != HashLabelBytes)
        {
            return false;
        }

        uint bits = 0;
        int count = 0, used = 0;
        foreach (byte letter in name.Slice(1, HashLabelBytes))
        {
            int value = WireName.LowerCase(letter) switch
            {
                >= (byte)'0' and <= (byte)'9' and var digit => digit - '0',
                >= (byte)'a' and <= (byte)'v' and var small => small - 'a' + 10,
                _ => -1,
            };
            if (value < 0)
            {
                return false;
            }

            bits = (bits << 5) | (uint)value;
            count += 5;
            if (count >= 8)
            {
                count -= 8;
                hash[used++] = (byte)(bits >> count);
            }
        }

        return true;
    }

    [SkipLocalsInit]
    private int FindMatch(ReadOnlySpan<byte> name)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        Hash(name, hash);
        int link = FindAtOrBefore(hash);
        return link >= 0 && HashOf(link).SequenceEqual(hash) ? link : -1;
    }

    private int FindAtOrBefore(ReadOnlySpan<byte> hash)
    {
        int low = -1, high = _nodes.Length - 1;
        while (low < high)
        {
            int middle = low + ((high - low + 1) >> 1);
            if (HashOf(middle).SequenceCompareTo(hash) <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private ReadOnlySpan<byte> HashOf(int link) => _hashes.AsSpan(link * HashBytes, HashBytes);

    // RFC 5155 §5: the name in lower case with the salt, and then each hash with the salt again.
    [SkipLocalsInit]
    private void Hash(ReadOnlySpan<byte> name, Span<byte> hash)
    {
        Span<byte> input = stackalloc byte[DnsLimits.NameBytes + 2 + byte.MaxValue];
        WireName.ToLower(name, input);
        _salt.CopyTo(input[name.Length..]);
        SHA1.HashData(input[..(name.Length + _salt.Length)], hash);
        for (int i = 0; i < _iterations; i++)
        {
            hash.CopyTo(input);
            _salt.CopyTo(input[HashBytes..]);
            SHA1.HashData(input[..(HashBytes + _salt.Length)], hash);
        }
    }
}
