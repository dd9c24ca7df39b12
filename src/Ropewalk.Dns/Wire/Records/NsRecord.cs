using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a server with authority for the owner's zone. <b>Spec</b>: RFC 1035 §3.3.11.</summary>
/// <param name="Host">The server.</param>
public sealed record NsRecord(DomainName Host) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.NS,
        [Field.Name("nsdname", NameUse.Compressed)],
        static (ref RdataReader reader) => new NsRecord(reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Name(Host);
}
