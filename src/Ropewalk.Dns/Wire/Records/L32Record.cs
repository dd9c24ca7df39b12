using System.Net;
using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a locator of ILNP for IPv4. <b>Spec</b>: RFC 6742 §2.2.</summary>
/// <param name="Preference">The lower, the sooner.</param>
/// <param name="Locator">The locator.</param>
public sealed record L32Record(ushort Preference, IPAddress Locator) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.L32,
        [Field.U16("preference"), Field.Ipv4("locator32")],
        static (ref RdataReader reader) => new L32Record(reader.U16(), reader.Address(4)));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Preference);
        writer.Address(Locator, 4);
    }
}
