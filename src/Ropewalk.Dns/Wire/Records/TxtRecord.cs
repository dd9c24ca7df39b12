using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds texts, whose meaning is the owner's affair. <b>Spec</b>: RFC 1035 §3.3.14.</summary>
/// <param name="Texts">The texts, at most 255 bytes each.</param>
public sealed record TxtRecord(ValueList<Octets> Texts) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.TXT,
        [Field.Texts("txt-data")],
        static (ref RdataReader reader) => new TxtRecord(reader.Texts()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Texts(Texts);
}
