using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a mailbox that is a member of the owner's mail group; experimental. <b>Spec</b>: RFC 1035 §3.3.6.</summary>
/// <param name="Member">The mailbox.</param>
public sealed record MgRecord(DomainName Member) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.MG,
        [Field.Name("mgmname", NameUse.Compressed)],
        static (ref RdataReader reader) => new MgRecord(reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Name(Member);
}
