using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a name with locators of ILNP. <b>Spec</b>: RFC 6742 §2.4.</summary>
/// <param name="Preference">The lower, the sooner.</param>
/// <param name="Target">The name.</param>
public sealed record LpRecord(ushort Preference, DomainName Target) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.LP,
        [Field.U16("preference"), Field.Name("fqdn", NameUse.Verbatim)],
        static (ref RdataReader reader) => new LpRecord(reader.U16(), reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Preference);
        writer.Name(Target);
    }
}
