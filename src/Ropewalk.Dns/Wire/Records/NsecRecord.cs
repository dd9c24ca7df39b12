using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the next name of the zone, and the owner's types. <b>Spec</b>: RFC 4034 §4.1.</summary>
/// <param name="NextName">The next name.</param>
/// <param name="Types">The owner's types.</param>
public sealed record NsecRecord(DomainName NextName, ValueList<DnsType> Types) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.NSEC,
        [Field.Name("next-domain-name", NameUse.Verbatim), Field.TypeBitmap("types")],
        static (ref RdataReader reader) => new NsecRecord(reader.Name(), reader.Types()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.Name(NextName);
        writer.Types(Types);
    }
}
