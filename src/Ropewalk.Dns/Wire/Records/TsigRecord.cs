using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the signature of a message by a shared secret. <b>Spec</b>: RFC 8945 §4.2.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="TimeSigned">When it was signed, in seconds since 1970, of which there are 48 bits.</param>
/// <param name="Fudge">How many seconds clocks may differ.</param>
/// <param name="Mac">The signature.</param>
/// <param name="OriginalId">The message's number as it was signed.</param>
/// <param name="Error">What was wrong with the question's signature.</param>
/// <param name="Other">With BADTIME, the server's time.</param>
public sealed record TsigRecord(DomainName Algorithm, long TimeSigned, ushort Fudge, Octets Mac, ushort OriginalId, DnsResponseCode Error, Octets Other) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.TSIG,
        [
            Field.Name("algorithm", NameUse.Downcased),
            Field.U48("time-signed"),
            Field.U16("fudge"),
            new CountedBinaryField("mac", BinaryForm.Base64, lengthBytes: 2, showsLength: true),
            Field.U16("original-id"),
            new NumberField("error", 2, NumberKind.ErrorCode),
            new CountedBinaryField("other", BinaryForm.Base64, lengthBytes: 2, showsLength: true),
        ],
        static (ref RdataReader reader) => new TsigRecord(reader.Name(), reader.U48(), reader.U16(), reader.Counted16(), reader.U16(), (DnsResponseCode)reader.U16(), reader.Counted16()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.Name(Algorithm);
        writer.U48(TimeSigned);
        writer.U16(Fudge);
        writer.Counted16(Mac);
        writer.U16(OriginalId);
        writer.U16((ushort)Error);
        writer.Counted16(Other);
    }
}
