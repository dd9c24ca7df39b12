using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a host that takes mail for the owner. <b>Spec</b>: RFC 1035 §3.3.9.</summary>
/// <param name="Preference">The lower, the sooner it is tried.</param>
/// <param name="Exchange">The host.</param>
public sealed record MxRecord(ushort Preference, DomainName Exchange) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.MX,
        [Field.U16("preference"), Field.Name("exchange", NameUse.Compressed)],
        static (ref RdataReader reader) => new MxRecord(reader.U16(), reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Preference);
        writer.Name(Exchange);
    }
}
