using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is a signature: the rdata that SIG and RRSIG share. <b>Spec</b>: RFC 4034 §3.1.</summary>
public abstract record SignatureRdata : Rdata
{
    private protected SignatureRdata(DnsType typeCovered, byte algorithm, byte labels, TimeSpan originalTtl, DateTimeOffset expiration, DateTimeOffset inception, ushort keyTag, DomainName signer, Octets signature)
    {
        TypeCovered = typeCovered;
        Algorithm = algorithm;
        Labels = labels;
        OriginalTtl = originalTtl;
        Expiration = expiration;
        Inception = inception;
        KeyTag = keyTag;
        Signer = signer;
        Signature = signature;
    }

    /// <summary>Gets the type that is signed.</summary>
    public DnsType TypeCovered { get; init; }

    /// <summary>Gets the algorithm.</summary>
    public byte Algorithm { get; init; }

    /// <summary>Gets how many labels the owner has, without a wildcard's asterisk.</summary>
    public byte Labels { get; init; }

    /// <summary>Gets the TTL that was signed.</summary>
    public TimeSpan OriginalTtl { get; init; }

    /// <summary>Gets until when the signature is valid.</summary>
    public DateTimeOffset Expiration { get; init; }

    /// <summary>Gets since when the signature is valid.</summary>
    public DateTimeOffset Inception { get; init; }

    /// <summary>Gets the tag of the key.</summary>
    public ushort KeyTag { get; init; }

    /// <summary>Gets the owner of the key.</summary>
    public DomainName Signer { get; init; }

    /// <summary>Gets the signature.</summary>
    public Octets Signature { get; init; }

    private protected static RecordFormat Define(DnsType type, NameUse signerUse, Func<DnsType, byte, byte, TimeSpan, DateTimeOffset, DateTimeOffset, ushort, DomainName, Octets, SignatureRdata> create) => RecordFormat.Define(
        type,
        [
            Field.Type("type-covered"),
            Field.Algorithm("algorithm"),
            Field.U8("labels"),
            Field.Duration("original-ttl"),
            Field.Timestamp("expiration"),
            Field.Timestamp("inception"),
            Field.U16("key-tag"),
            Field.Name("signer", signerUse),
            Field.Base64("signature"),
        ],
        (ref RdataReader reader) => create((DnsType)reader.U16(), reader.U8(), reader.U8(), reader.Duration(), reader.Time(), reader.Time(), reader.U16(), reader.Name(), reader.Rest()));

    private protected sealed override void Write(RdataWriter writer)
    {
        writer.U16((ushort)TypeCovered);
        writer.U8(Algorithm);
        writer.U8(Labels);
        writer.Duration(OriginalTtl);
        writer.Time(Expiration);
        writer.Time(Inception);
        writer.U16(KeyTag);
        writer.Name(Signer);
        writer.Bytes(Signature);
    }
}
