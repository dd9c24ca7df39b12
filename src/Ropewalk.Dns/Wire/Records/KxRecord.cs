using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a host that exchanges keys for the owner. <b>Spec</b>: RFC 2230 §3.1.</summary>
/// <param name="Preference">The lower, the sooner it is tried.</param>
/// <param name="Exchanger">The host.</param>
public sealed record KxRecord(ushort Preference, DomainName Exchanger) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.KX,
        [Field.U16("preference"), Field.Name("exchanger", NameUse.Tolerated)],
        static (ref RdataReader reader) => new KxRecord(reader.U16(), reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Preference);
        writer.Name(Exchanger);
    }
}
