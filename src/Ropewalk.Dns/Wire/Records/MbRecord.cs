using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the host of the owner's mailbox; experimental. <b>Spec</b>: RFC 1035 §3.3.3.</summary>
/// <param name="Host">The host.</param>
public sealed record MbRecord(DomainName Host) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.MB,
        [Field.Name("madname", NameUse.Compressed)],
        static (ref RdataReader reader) => new MbRecord(reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Name(Host);
}
