using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is the digest of a key: the rdata that DS, CDS and DLV share. <b>Spec</b>: RFC 4034 §5.1.</summary>
public abstract record KeyDigestRdata : Rdata
{
    private protected KeyDigestRdata(ushort keyTag, byte algorithm, byte digestType, Octets digest)
    {
        KeyTag = keyTag;
        Algorithm = algorithm;
        DigestType = digestType;
        Digest = digest;
    }

    /// <summary>Gets the tag of the key.</summary>
    public ushort KeyTag { get; init; }

    /// <summary>Gets the algorithm of the key.</summary>
    public byte Algorithm { get; init; }

    /// <summary>Gets the algorithm of the digest.</summary>
    public byte DigestType { get; init; }

    /// <summary>Gets the digest of the key.</summary>
    public Octets Digest { get; init; }

    private protected static RecordFormat Define(DnsType type, Func<ushort, byte, byte, Octets, KeyDigestRdata> create) => RecordFormat.Define(
        type,
        [Field.U16("key-tag"), Field.Algorithm("algorithm"), Field.U8("digest-type"), Field.Hex("digest")],
        (ref RdataReader reader) => create(reader.U16(), reader.U8(), reader.U8(), reader.Rest()));

    private protected sealed override void Write(RdataWriter writer)
    {
        writer.U16(KeyTag);
        writer.U8(Algorithm);
        writer.U8(DigestType);
        writer.Bytes(Digest);
    }
}
