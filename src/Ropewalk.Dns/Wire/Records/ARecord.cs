using System.Net;
using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds an address of IPv4. <b>Spec</b>: RFC 1035 §3.4.1.</summary>
/// <param name="Address">The address.</param>
public sealed record ARecord(IPAddress Address) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.A,
        [Field.Ipv4("address")],
        static (ref RdataReader reader) => new ARecord(reader.Address(4)));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Address(Address, 4);
}
