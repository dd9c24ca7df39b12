using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a server of the owner's AFS cell. <b>Spec</b>: RFC 1183 §1.</summary>
/// <param name="Subtype">What kind of server.</param>
/// <param name="Host">The server.</param>
public sealed record AfsdbRecord(ushort Subtype, DomainName Host) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.AFSDB,
        [Field.U16("subtype"), Field.Name("hostname", NameUse.Tolerated)],
        static (ref RdataReader reader) => new AfsdbRecord(reader.U16(), reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Subtype);
        writer.Name(Host);
    }
}
