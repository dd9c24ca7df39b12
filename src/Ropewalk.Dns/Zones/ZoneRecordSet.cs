using System.Buffers.Binary;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Shows one record set of a zone. <b>Lifetime</b>: as long as the zone.</summary>
public readonly ref struct ZoneRecordSet
{
    private readonly ref readonly ZoneSetEntry _entry;

    internal ZoneRecordSet(Zone zone, int index)
    {
        Zone = zone;
        Index = index;
        _entry = ref zone.Sets[index];
    }

    /// <summary>Gets the zone.</summary>
    public Zone Zone { get; }

    /// <summary>Gets its place among all sets of the zone.</summary>
    public int Index { get; }

    /// <summary>Gets the type.</summary>
    public DnsType Type => _entry.Type;

    /// <summary>Gets how many records there are. Zero: the type is only signed, which is a mistake of the zone.</summary>
    public int Count => _entry.Count;

    /// <summary>Gets how many signatures cover the set.</summary>
    public int SignatureCount => _entry.SignatureCount;

    /// <summary>Gets for how many seconds the records may be kept: one time for all. <b>Spec</b>: RFC 2181 §5.2.</summary>
    public uint Ttl => _entry.Count == 0 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(RecordBytes[6..]);

    /// <summary>Gets the rdata of each record, in canonical order.</summary>
    public ZoneRecords Records => new(RecordBytes);

    /// <summary>Gets the rdata of each RRSIG that covers the set.</summary>
    public ZoneRecords Signatures => new(SignatureBytes);

    /// <summary>Gets the records as they go into an answer to a question for their owner.</summary>
    internal ReadOnlySpan<byte> RecordBytes => Zone.Pool.Slice(_entry.Offset, _entry.RecordBytes);

    /// <summary>Gets the signatures as they go into an answer to a question for their owner.</summary>
    internal ReadOnlySpan<byte> SignatureBytes => Zone.Pool.Slice(_entry.Offset + _entry.RecordBytes, _entry.SignatureBytes);

    /// <inheritdoc cref="Records"/>
    public ZoneRecords GetEnumerator() => Records;
}
