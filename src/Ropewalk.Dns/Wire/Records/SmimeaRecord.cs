using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the certificate of a mailbox. <b>Spec</b>: RFC 8162 §2.</summary>
/// <param name="Usage">What the certificate is to the server's.</param>
/// <param name="Selector">The whole certificate, or its key.</param>
/// <param name="MatchingType">As it is, or its digest.</param>
/// <param name="Association">The certificate, the key or the digest.</param>
public sealed record SmimeaRecord(byte Usage, byte Selector, byte MatchingType, Octets Association) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.SMIMEA,
        [Field.U8("usage"), Field.U8("selector"), Field.U8("matching-type"), Field.Hex("association")],
        static (ref RdataReader reader) => new SmimeaRecord(reader.U8(), reader.U8(), reader.U8(), reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U8(Usage);
        writer.U8(Selector);
        writer.U8(MatchingType);
        writer.Bytes(Association);
    }
}
