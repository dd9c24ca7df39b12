using System.Buffers.Binary;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Wire.Tsig;

/// <summary>Is the TSIG record of a message as it lies there. <b>Spec</b>: RFC 8945 §4.2.</summary>
/// <remarks><b>Lifetime</b>: as long as the message's bytes.</remarks>
public readonly ref struct TsigView
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly ReadOnlySpan<byte> _rest;

    private TsigView(scoped in DnsRecordView record, int algorithmBytes)
    {
        _message = record.Message;
        Offset = record.OwnerOffset;
        AlgorithmName = record.RawRdata[..algorithmBytes];
        _rest = record.RawRdata[algorithmBytes..];
    }

    /// <summary>Gets where the record begins: before it is what was signed.</summary>
    public int Offset { get; }

    /// <summary>Gets the algorithm's name in wire form.</summary>
    public ReadOnlySpan<byte> AlgorithmName { get; }

    /// <summary>Gets when the message was signed, in seconds since 1970.</summary>
    public long TimeSigned => ((long)BinaryPrimitives.ReadUInt16BigEndian(_rest) << 32) | BinaryPrimitives.ReadUInt32BigEndian(_rest[2..]);

    /// <summary>Gets by how much the clocks may differ.</summary>
    public TimeSpan Fudge => TimeSpan.FromSeconds((long)BinaryPrimitives.ReadUInt16BigEndian(_rest[6..]));

    /// <summary>Gets the signature.</summary>
    public ReadOnlySpan<byte> Mac => _rest.Slice(10, MacBytes);

    /// <summary>Gets the message's number as it was signed.</summary>
    public ushort OriginalId => BinaryPrimitives.ReadUInt16BigEndian(_rest[(10 + MacBytes)..]);

    /// <summary>Gets what was wrong with the question's signature.</summary>
    public DnsResponseCode Error => (DnsResponseCode)BinaryPrimitives.ReadUInt16BigEndian(_rest[(12 + MacBytes)..]);

    /// <summary>Gets the other bytes: with BADTIME, the server's time.</summary>
    public ReadOnlySpan<byte> Other => _rest[(16 + MacBytes)..];

    private int MacBytes => BinaryPrimitives.ReadUInt16BigEndian(_rest[8..]);

    /// <summary>Decodes a TSIG record. That it is the last one is for who reads the message to see, or for <see cref="Find"/>.</summary>
    /// <param name="record">A record whose type is TSIG.</param>
    /// <param name="tsig">What it says.</param>
    public static DnsViolation Decode(scoped in DnsRecordView record, out TsigView tsig)
    {
        tsig = default;
        if (record.Section != DnsSection.Additional)
        {
            return DnsViolation.TsigMisplaced;
        }

        // RFC 8945 §4.2: the class must be ANY, and the TTL zero.
        if (record.Class != DnsClass.ANY || record.RawTtl != 0)
        {
            return DnsViolation.TsigMalformed;
        }

        DnsViolation violation = RecordFormat.Of(DnsType.TSIG).Check(record.RawRdata);
        if (violation != DnsViolation.None)
        {
            return violation;
        }

        WireName.Measure(record.RawRdata, out int algorithmBytes);
        tsig = new(record, algorithmBytes);
        return DnsViolation.None;
    }

    /// <summary>Finds the TSIG record of a message.</summary>
    /// <param name="message">The message from its first byte.</param>
    /// <param name="tsig">What it says; only if one has been found.</param>
    /// <param name="isThere">Whether there is one.</param>
    /// <returns>The first rule that the message breaks, from its header to its last record.</returns>
    public static DnsViolation Find(ReadOnlySpan<byte> message, out TsigView tsig, out bool isThere)
    {
        tsig = default;
        isThere = false;
        DnsViolation violation = DnsMessageReader.Begin(message, out DnsMessageReader reader);
        if (violation != DnsViolation.None)
        {
            return violation;
        }

        while (reader.TryReadRecord(out DnsRecordView record, out violation))
        {
            // RFC 8945 §5.2: more than one, or one that is not the last, is a FORMERR.
            if (isThere)
            {
                return DnsViolation.TsigMisplaced;
            }

            if (record.Type == DnsType.TSIG)
            {
                violation = Decode(record, out tsig);
                if (violation != DnsViolation.None)
                {
                    return violation;
                }

                isThere = true;
            }
        }

        return violation;
    }

    /// <summary>Copies the key's name, its case kept.</summary>
    /// <param name="name">Where it is copied to: at least <see cref="DnsLimits.NameBytes"/>.</param>
    /// <param name="length">How long it is in wire form.</param>
    public DnsViolation CopyKeyName(Span<byte> name, out int length)
    {
        int position = Offset;
        return WireName.Decode(_message, ref position, name, out length);
    }

    internal ReadOnlySpan<byte> Signed => _message[..Offset];
}
