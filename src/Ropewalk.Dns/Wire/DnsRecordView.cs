using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Wire;

/// <summary>Is one record as it lies in a message: nothing is copied and nothing allocated.</summary>
/// <remarks><b>Lifetime</b>: as long as the message's bytes.</remarks>
public readonly ref struct DnsRecordView
{
    internal DnsRecordView(ReadOnlySpan<byte> message, DnsSection section, int ownerOffset, int fixedOffset, int rdataLength, ulong typeClassTtl)
    {
        Message = message;
        Section = section;
        OwnerOffset = ownerOffset;
        RdataOffset = fixedOffset + FixedBytes;
        RdataLength = rdataLength;
        Type = (DnsType)(typeClassTtl >> 48);
        Class = (DnsClass)(ushort)(typeClassTtl >> 32);
        RawTtl = (uint)typeClassTtl;
    }

    /// <summary>The bytes between the owner and the rdata: type, class, TTL and length.</summary>
    internal const int FixedBytes = 10;

    /// <summary>Gets the message that the record is in.</summary>
    public ReadOnlySpan<byte> Message { get; }

    /// <summary>Gets the section that the record is in.</summary>
    public DnsSection Section { get; }

    /// <summary>Gets where in the message the owner's name begins.</summary>
    public int OwnerOffset { get; }

    /// <summary>Gets where in the message the rdata begins.</summary>
    public int RdataOffset { get; }

    /// <summary>Gets how long the rdata is.</summary>
    public int RdataLength { get; }

    /// <summary>Gets the type.</summary>
    public DnsType Type { get; }

    /// <summary>Gets the class; in OPT, the size of datagrams.</summary>
    public DnsClass Class { get; }

    /// <summary>Gets the 32 bits of the TTL, whatever they mean in this type.</summary>
    public uint RawTtl { get; }

    /// <summary>Gets for how many seconds the record may be kept. <b>Spec</b>: RFC 2181 §8.</summary>
    // RFC 2181 §8: what has the highest bit set is taken as zero.
    public uint Ttl => RawTtl > int.MaxValue ? 0 : RawTtl;

    /// <summary>Gets the rdata as it came: its names may be compressed.</summary>
    public ReadOnlySpan<byte> RawRdata => Message.Slice(RdataOffset, RdataLength);

    /// <summary>Copies the owner's name, its case kept.</summary>
    /// <param name="name">Where it is copied to: at least <see cref="DnsLimits.NameBytes"/>.</param>
    /// <param name="length">How long it is in wire form.</param>
    public DnsViolation CopyOwner(Span<byte> name, out int length)
    {
        int position = OwnerOffset;
        return WireName.Decode(Message, ref position, name, out length);
    }

    /// <summary>Checks the rdata and copies it, with its names no longer compressed.</summary>
    /// <param name="rdata">Where it is copied to.</param>
    /// <param name="length">How long it is then.</param>
    /// <returns><see cref="DnsViolation.RdataTruncated"/> also if <paramref name="rdata"/> is too short for it; 65,535 bytes never are.</returns>
    public DnsViolation CopyRdata(Span<byte> rdata, out int length) =>
        RecordFormat.Of(Type, Class).Decode(Message, RdataOffset, RdataLength, rdata, out length);
}
