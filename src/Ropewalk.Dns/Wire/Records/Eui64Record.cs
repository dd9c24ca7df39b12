using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds an address of 64 bits of a network interface. <b>Spec</b>: RFC 7043 §4.1.</summary>
/// <param name="Address">The address.</param>
public sealed record Eui64Record(Octets Address) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.EUI64,
        [new GroupedHexField("address", 8, 1, '-')],
        static (ref RdataReader reader) => new Eui64Record(reader.Take(8)));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Bytes(Address);
}
