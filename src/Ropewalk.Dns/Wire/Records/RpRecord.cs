using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Names whoever is responsible for the owner. <b>Spec</b>: RFC 1183 §2.2.</summary>
/// <param name="Mailbox">The mailbox.</param>
/// <param name="Text">Where TXT records say more.</param>
public sealed record RpRecord(DomainName Mailbox, DomainName Text) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.RP,
        [Field.Name("mbox-dname", NameUse.Tolerated), Field.Name("txt-dname", NameUse.Tolerated)],
        static (ref RdataReader reader) => new RpRecord(reader.Name(), reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.Name(Mailbox);
        writer.Name(Text);
    }
}
