using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says which hosts may send the owner's mail; obsolete, and TXT instead. <b>Spec</b>: RFC 7208 §3.1.</summary>
/// <param name="Texts">The texts.</param>
public sealed record SpfRecord(ValueList<Octets> Texts) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.SPF,
        [Field.Texts("txt-data")],
        static (ref RdataReader reader) => new SpfRecord(reader.Texts()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Texts(Texts);
}
