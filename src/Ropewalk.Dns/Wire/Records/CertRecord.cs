using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a certificate or a revocation list. <b>Spec</b>: RFC 4398 §2.</summary>
/// <param name="CertificateType">What kind it is.</param>
/// <param name="KeyTag">The tag of its key.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Certificate">The certificate.</param>
public sealed record CertRecord(ushort CertificateType, ushort KeyTag, byte Algorithm, Octets Certificate) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.CERT,
        [
            new NumberField("type", 2, NumberKind.CertificateType),
            Field.U16("key-tag"),
            new NumberField("algorithm", 1, NumberKind.NamedAlgorithm),
            Field.Base64("certificate"),
        ],
        static (ref RdataReader reader) => new CertRecord(reader.U16(), reader.U16(), reader.U8(), reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(CertificateType);
        writer.U16(KeyTag);
        writer.U8(Algorithm);
        writer.Bytes(Certificate);
    }
}
