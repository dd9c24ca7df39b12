using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says what a resolver can do. <b>Spec</b>: RFC 9606 §4.</summary>
/// <param name="Texts">The texts, each a key or key=value.</param>
public sealed record ResinfoRecord(ValueList<Octets> Texts) : TextRdata(Texts)
{
    private static readonly RecordFormat Shape = Define(DnsType.RESINFO, "resinfo-data", static texts => new ResinfoRecord(texts));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
