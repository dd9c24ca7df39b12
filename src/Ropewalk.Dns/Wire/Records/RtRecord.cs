using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a host that carries on to one without a connection of its own. <b>Spec</b>: RFC 1183 §3.3.</summary>
/// <param name="Preference">The lower, the sooner it is tried.</param>
/// <param name="Host">The host.</param>
public sealed record RtRecord(ushort Preference, DomainName Host) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.RT,
        [Field.U16("preference"), Field.Name("intermediate-host", NameUse.Tolerated)],
        static (ref RdataReader reader) => new RtRecord(reader.U16(), reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Preference);
        writer.Name(Host);
    }
}
