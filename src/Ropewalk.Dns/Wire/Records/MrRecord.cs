using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the mailbox that is the owner's proper name; experimental. <b>Spec</b>: RFC 1035 §3.3.8.</summary>
/// <param name="NewName">The mailbox.</param>
public sealed record MrRecord(DomainName NewName) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.MR,
        [Field.Name("newname", NameUse.Compressed)],
        static (ref RdataReader reader) => new MrRecord(reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Name(NewName);
}
