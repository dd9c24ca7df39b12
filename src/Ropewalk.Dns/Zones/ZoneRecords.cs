using System.Buffers.Binary;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Goes through the rdata of records. <b>Lifetime</b>: as long as the zone.</summary>
/// <remarks>
/// <b>Shape</b> of each: a pointer to the first question's name, type, class, TTL, the rdata's length, the rdata with its names not compressed: so the usual answer is one copy.
/// </remarks>
public ref struct ZoneRecords
{
    /// <summary>The bytes before the rdata: the pointer, and what every record has.</summary>
    internal const int HeadBytes = 2 + DnsRecordView.FixedBytes;

    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _record;

    internal ZoneRecords(ReadOnlySpan<byte> records) => _rest = records;

    /// <summary>Gets the rdata.</summary>
    public readonly ReadOnlySpan<byte> Current => _record[HeadBytes..];

    /// <summary>Gets for how many seconds this record may be kept.</summary>
    public readonly uint Ttl => BinaryPrimitives.ReadUInt32BigEndian(_record[6..]);

    /// <summary>Gets this.</summary>
    public readonly ZoneRecords GetEnumerator() => this;

    /// <summary>Goes to the next record.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        int length = HeadBytes + BinaryPrimitives.ReadUInt16BigEndian(_rest[(HeadBytes - 2)..]);
        _record = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
