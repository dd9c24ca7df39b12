using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a record set's signature. <b>Spec</b>: RFC 4034 §3.1.</summary>
/// <param name="TypeCovered">The type that is signed.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Labels">How many labels the owner has, without a wildcard's asterisk.</param>
/// <param name="OriginalTtl">The TTL that was signed.</param>
/// <param name="Expiration">Until when the signature is valid.</param>
/// <param name="Inception">Since when the signature is valid.</param>
/// <param name="KeyTag">The tag of the key.</param>
/// <param name="Signer">The owner of the key.</param>
/// <param name="Signature">The signature.</param>
public sealed record RrsigRecord(DnsType TypeCovered, byte Algorithm, byte Labels, TimeSpan OriginalTtl, DateTimeOffset Expiration, DateTimeOffset Inception, ushort KeyTag, DomainName Signer, Octets Signature) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.RRSIG,
        [
            Field.Type("type-covered"),
            Field.Algorithm("algorithm"),
            Field.U8("labels"),
            Field.Duration("original-ttl"),
            Field.Timestamp("expiration"),
            Field.Timestamp("inception"),
            Field.U16("key-tag"),
            Field.Name("signer", NameUse.Downcased),
            Field.Base64("signature"),
        ],
        static (ref RdataReader reader) => new RrsigRecord((DnsType)reader.U16(), reader.U8(), reader.U8(), reader.Duration(), reader.Time(), reader.Time(), reader.U16(), reader.Name(), reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
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
