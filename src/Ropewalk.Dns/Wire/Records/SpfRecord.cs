using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says which hosts may send the owner's mail; obsolete, and TXT instead. <b>Spec</b>: RFC 7208 §3.1.</summary>
/// <param name="Texts">The texts.</param>
public sealed record SpfRecord(ValueList<Octets> Texts) : TextRdata(Texts)
{
    private static readonly RecordFormat Shape = Define(DnsType.SPF, "txt-data", static texts => new SpfRecord(texts));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
