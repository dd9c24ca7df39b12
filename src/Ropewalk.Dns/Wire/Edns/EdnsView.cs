using System.Buffers.Binary;

namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Is the OPT record of a message: what the sender can take, and its options. <b>Spec</b>: RFC 6891 §6.1.</summary>
/// <remarks><b>Lifetime</b>: as long as the message's bytes.</remarks>
public readonly ref struct EdnsView
{
    /// <summary>The bytes of an OPT record without options.</summary>
    public const int OptBytes = 11;

    internal const int DnssecOkBit = 0x8000;
    internal const int OptionHeadBytes = 4;

    private readonly uint _bits;

    private EdnsView(ReadOnlySpan<byte> options, int datagramBytes, uint bits)
    {
        Options = options;
        // RFC 6891 §6.2.3: what is lower than 512 is taken as 512.
        DatagramBytes = Math.Max(datagramBytes, DnsLimits.PlainDatagramBytes);
        _bits = bits;
    }

    /// <summary>Gets how long a datagram the sender can take: at least 512 bytes.</summary>
    public int DatagramBytes { get; }

    /// <summary>Gets the version; 0 is the only one there is.</summary>
    public byte Version => (byte)(_bits >> 16);

    /// <summary>Says whether signatures are wanted (DO). <b>Spec</b>: RFC 3225 §3.</summary>
    public bool DnssecOk => (_bits & DnssecOkBit) != 0;

    /// <summary>Gets the options' bytes.</summary>
    public ReadOnlySpan<byte> Options { get; }

    /// <summary>Decodes an OPT record.</summary>
    /// <param name="record">A record whose type is OPT.</param>
    /// <param name="edns">What it says.</param>
    public static DnsViolation Decode(scoped in DnsRecordView record, out EdnsView edns)
    {
        edns = default;
        if (record.Section != DnsSection.Additional)
        {
            return DnsViolation.OptMisplaced;
        }

        if (record.Message[record.OwnerOffset] != 0)
        {
            return DnsViolation.OptOwnerNotRoot;
        }

        ReadOnlySpan<byte> options = record.RawRdata;
        for (ReadOnlySpan<byte> rest = options; rest.Length > 0;)
        {
            if (rest.Length < OptionHeadBytes || rest.Length - OptionHeadBytes < BinaryPrimitives.ReadUInt16BigEndian(rest[2..]))
            {
                return DnsViolation.OptionTruncated;
            }

            rest = rest[(OptionHeadBytes + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]))..];
        }

        edns = new(options, (ushort)record.Class, record.RawTtl);
        return DnsViolation.None;
    }

    /// <summary>Finds the OPT record of a message.</summary>
    /// <param name="message">The message from its first byte.</param>
    /// <param name="edns">What it says; only if one has been found.</param>
    /// <param name="isThere">Whether there is one.</param>
    /// <returns>The first rule that the message breaks, from its header to its last record.</returns>
    public static DnsViolation Find(ReadOnlySpan<byte> message, out EdnsView edns, out bool isThere)
    {
        edns = default;
        isThere = false;
        DnsViolation violation = DnsMessageReader.Begin(message, out DnsMessageReader reader);
        if (violation != DnsViolation.None)
        {
            return violation;
        }

        while (reader.TryReadRecord(out DnsRecordView record, out violation))
        {
            if (record.Type != DnsType.OPT)
            {
                continue;
            }

            // RFC 6891 §6.1.1: more than one is a FORMERR.
            if (isThere)
            {
                return DnsViolation.OptRepeated;
            }

            violation = Decode(record, out edns);
            if (violation != DnsViolation.None)
            {
                return violation;
            }

            isThere = true;
        }

        return violation;
    }

    /// <summary>Gets the result of a message, of which the header has the lower four bits. <b>Spec</b>: RFC 6891 §6.1.3.</summary>
    public DnsResponseCode ResponseCode(in DnsHeader header) => (DnsResponseCode)(((_bits >> 24) << 4) | (uint)header.ResponseCode);

    /// <summary>Goes through the options.</summary>
    public EdnsOptionEnumerator GetEnumerator() => new(Options);

    /// <summary>Finds the first option with a code.</summary>
    public bool TryFind(EdnsOptionCode code, out ReadOnlySpan<byte> value)
    {
        foreach (EdnsOption option in this)
        {
            if (option.Code == code)
            {
                value = option.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}
