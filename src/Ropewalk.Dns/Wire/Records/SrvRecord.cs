using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a server of the owner's service. <b>Spec</b>: RFC 2782.</summary>
/// <param name="Priority">The lower, the sooner it is tried.</param>
/// <param name="Weight">The share among those of the same priority.</param>
/// <param name="Port">The port.</param>
/// <param name="Target">The host; the root says that there is no such service.</param>
public sealed record SrvRecord(ushort Priority, ushort Weight, ushort Port, DomainName Target) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.SRV,
        [Field.U16("priority"), Field.U16("weight"), Field.U16("port"), Field.Name("target", NameUse.Tolerated)],
        static (ref RdataReader reader) => new SrvRecord(reader.U16(), reader.U16(), reader.U16(), reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Priority);
        writer.U16(Weight);
        writer.U16(Port);
        writer.Name(Target);
    }
}
