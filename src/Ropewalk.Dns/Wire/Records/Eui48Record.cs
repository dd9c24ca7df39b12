using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds an address of 48 bits of a network interface. <b>Spec</b>: RFC 7043 §3.1.</summary>
/// <param name="Address">The address.</param>
public sealed record Eui48Record(Octets Address) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.EUI48,
        [new GroupedHexField("address", 6, 1, '-')],
        static (ref RdataReader reader) => new Eui48Record(reader.Take(6)));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Bytes(Address);
}
