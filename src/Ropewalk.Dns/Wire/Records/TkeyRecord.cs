using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the making of a key for transactions. <b>Spec</b>: RFC 2930 §2.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Inception">Since when the key is valid.</param>
/// <param name="Expiration">Until when the key is valid.</param>
/// <param name="Mode">How the key is made.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Key">What the mode says.</param>
/// <param name="Other">What the mode says.</param>
public sealed record TkeyRecord(DomainName Algorithm, DateTimeOffset Inception, DateTimeOffset Expiration, ushort Mode, DnsResponseCode Error, Octets Key, Octets Other) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.TKEY,
        [
            Field.Name("algorithm", NameUse.Verbatim),
            Field.Timestamp("inception"),
            Field.Timestamp("expiration"),
            Field.U16("mode"),
            new NumberField("error", 2, NumberKind.ErrorCode),
            new CountedBinaryField("key", BinaryForm.Base64, lengthBytes: 2, showsLength: true),
            new CountedBinaryField("other", BinaryForm.Base64, lengthBytes: 2, showsLength: true),
        ],
        static (ref RdataReader reader) => new TkeyRecord(reader.Name(), reader.Time(), reader.Time(), reader.U16(), (DnsResponseCode)reader.U16(), reader.Counted16(), reader.Counted16()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.Name(Algorithm);
        writer.Time(Inception);
        writer.Time(Expiration);
        writer.U16(Mode);
        writer.U16((ushort)Error);
        writer.Counted16(Key);
        writer.Counted16(Other);
    }
}
