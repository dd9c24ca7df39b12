using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds texts, whose meaning is the owner's affair. <b>Spec</b>: RFC 1035 §3.3.14.</summary>
/// <param name="Texts">The texts, at most 255 bytes each.</param>
public sealed record TxtRecord(ValueList<Octets> Texts) : TextRdata(Texts)
{
    private static readonly RecordFormat Shape = Define(DnsType.TXT, "txt-data", static texts => new TxtRecord(texts));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
