using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the name below which everything below the owner is. <b>Spec</b>: RFC 6672 §2.1.</summary>
/// <param name="Target">The name.</param>
public sealed record DnameRecord(DomainName Target) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.DNAME,
        [Field.Name("target", NameUse.Tolerated)],
        static (ref RdataReader reader) => new DnameRecord(reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Name(Target);
}
