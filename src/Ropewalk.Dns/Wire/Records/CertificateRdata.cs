using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is the association of a certificate with the owner: the rdata that TLSA and SMIMEA share. <b>Spec</b>: RFC 6698 §2.1.</summary>
public abstract record CertificateRdata : Rdata
{
    private protected CertificateRdata(byte usage, byte selector, byte matchingType, Octets association)
    {
        Usage = usage;
        Selector = selector;
        MatchingType = matchingType;
        Association = association;
    }

    /// <summary>Gets what the certificate is to the server's.</summary>
    public byte Usage { get; init; }

    /// <summary>Gets whether it is the whole certificate or its key.</summary>
    public byte Selector { get; init; }

    /// <summary>Gets whether it is as it is or its digest.</summary>
    public byte MatchingType { get; init; }

    /// <summary>Gets the certificate, the key or the digest.</summary>
    public Octets Association { get; init; }

    private protected static RecordFormat Define(DnsType type, Func<byte, byte, byte, Octets, CertificateRdata> create) => RecordFormat.Define(
        type,
        [Field.U8("usage"), Field.U8("selector"), Field.U8("matching-type"), Field.Hex("association")],
        (ref RdataReader reader) => create(reader.U8(), reader.U8(), reader.U8(), reader.Rest()));

    private protected sealed override void Write(RdataWriter writer)
    {
        writer.U8(Usage);
        writer.U8(Selector);
        writer.U8(MatchingType);
        writer.Bytes(Association);
    }
}
