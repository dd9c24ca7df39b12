using System.Net;
using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds an address of IPv6. <b>Spec</b>: RFC 3596 §2.1.</summary>
/// <param name="Address">The address.</param>
public sealed record AaaaRecord(IPAddress Address) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.AAAA,
        [Field.Ipv6("address")],
        static (ref RdataReader reader) => new AaaaRecord(reader.Address(16)));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Address(Address, 16);
}
