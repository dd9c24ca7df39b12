using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds another name of the space: of an address, its host. <b>Spec</b>: RFC 1035 §3.3.12.</summary>
/// <param name="Target">The name.</param>
public sealed record PtrRecord(DomainName Target) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.PTR,
        [Field.Name("ptrdname", NameUse.Compressed)],
        static (ref RdataReader reader) => new PtrRecord(reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Name(Target);
}
