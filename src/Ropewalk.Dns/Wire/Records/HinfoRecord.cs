using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a host's CPU and operating system; also what answers ANY with little (RFC 8482 §4.2). <b>Spec</b>: RFC 1035 §3.3.2.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="OperatingSystem">The operating system.</param>
public sealed record HinfoRecord(Octets Cpu, Octets OperatingSystem) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.HINFO,
        [Field.Text("cpu"), Field.Text("os")],
        static (ref RdataReader reader) => new HinfoRecord(reader.Counted(), reader.Counted()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.Counted(Cpu);
        writer.Counted(OperatingSystem);
    }
}
