using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds an agent that forwards mail for the owner; obsolete, and MX instead. <b>Spec</b>: RFC 1035 §3.3.5.</summary>
/// <param name="Host">The agent.</param>
public sealed record MfRecord(DomainName Host) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.MF,
        [Field.Name("madname", NameUse.Compressed)],
        static (ref RdataReader reader) => new MfRecord(reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Name(Host);
}
