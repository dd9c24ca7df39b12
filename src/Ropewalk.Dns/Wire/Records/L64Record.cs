using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a locator of ILNP for IPv6. <b>Spec</b>: RFC 6742 §2.3.</summary>
/// <param name="Preference">The lower, the sooner.</param>
/// <param name="Locator">The locator.</param>
public sealed record L64Record(ushort Preference, Octets Locator) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.L64,
        [Field.U16("preference"), new GroupedHexField("locator64", 8, 2, ':')],
        static (ref RdataReader reader) => new L64Record(reader.U16(), reader.Take(8)));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Preference);
        writer.Bytes(Locator);
    }
}
