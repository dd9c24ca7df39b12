using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says who is responsible for a mail list; experimental. <b>Spec</b>: RFC 1035 §3.3.7.</summary>
/// <param name="Responsible">The mailbox of whoever is responsible.</param>
/// <param name="Errors">The mailbox for error messages.</param>
public sealed record MinfoRecord(DomainName Responsible, DomainName Errors) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.MINFO,
        [Field.Name("rmailbx", NameUse.Compressed), Field.Name("emailbx", NameUse.Compressed)],
        static (ref RdataReader reader) => new MinfoRecord(reader.Name(), reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.Name(Responsible);
        writer.Name(Errors);
    }
}
