using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Is the beginning of a name as canonical order sees it: two keys that differ order their names without looking at them. <b>Spec</b>: RFC 4034 §6.1.</summary>
/// <remarks>
/// <b>Shape</b>: 16 bytes of the labels from the apex down, in lower case, each with a zero behind it; bytes 0 and 1 within a label become 1 1 and 1 2, so that the zero stays below all.
/// </remarks>
internal readonly struct CanonicalKey
{
    private readonly ulong _first;
    private readonly ulong _second;

    [SkipLocalsInit]
    public CanonicalKey(int owner, ReadOnlySpan<byte> name, int apexLabels)
    {
        const int KeyBytes = 16;
        Span<byte> starts = stackalloc byte[DnsLimits.Labels];
        // Room for what the last label has too much.
        Span<byte> key = stackalloc byte[KeyBytes + (2 * DnsLimits.LabelBytes) + 1];
        key[..KeyBytes].Clear();
        int used = 0;
        for (int label = WireName.FindLabels(name, starts) - apexLabels - 1; label >= 0 && used < KeyBytes; label--)
        {
            int at = starts[label];
            foreach (byte value in name.Slice(at + 1, name[at]))
            {
                if (value > 1)
                {
                    key[used++] = WireName.LowerCase(value);
                }
                else
                {
                    key[used++] = 1;
                    key[used++] = (byte)(value + 1);
                }
            }

            key[used++] = 0;
        }

        Owner = owner;
        _first = BinaryPrimitives.ReadUInt64BigEndian(key);
        _second = BinaryPrimitives.ReadUInt64BigEndian(key[8..]);
    }

    /// <summary>Gets the number of the name.</summary>
    public int Owner { get; }

    public int CompareTo(in CanonicalKey other) => _first != other._first ? _first.CompareTo(other._first) : _second.CompareTo(other._second);
}
