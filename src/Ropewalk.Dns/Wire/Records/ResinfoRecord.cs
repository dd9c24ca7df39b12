using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says what a resolver can do. <b>Spec</b>: RFC 9606 §4.</summary>
/// <param name="Texts">The texts, each a key or key=value.</param>
public sealed record ResinfoRecord(ValueList<Octets> Texts) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.RESINFO,
        [Field.Texts("resinfo-data")],
        static (ref RdataReader reader) => new ResinfoRecord(reader.Texts()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Texts(Texts);
}
