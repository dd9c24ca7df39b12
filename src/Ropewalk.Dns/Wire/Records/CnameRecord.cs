using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the name that the owner is an alias of. <b>Spec</b>: RFC 1035 §3.3.1.</summary>
/// <param name="Target">The canonical name.</param>
public sealed record CnameRecord(DomainName Target) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.CNAME,
        [Field.Name("cname", NameUse.Compressed)],
        static (ref RdataReader reader) => new CnameRecord(reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Name(Target);
}
