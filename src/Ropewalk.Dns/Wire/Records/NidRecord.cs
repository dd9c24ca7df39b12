using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a node identifier of ILNP. <b>Spec</b>: RFC 6742 §2.1.</summary>
/// <param name="Preference">The lower, the sooner.</param>
/// <param name="NodeId">The identifier.</param>
public sealed record NidRecord(ushort Preference, Octets NodeId) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.NID,
        [Field.U16("preference"), new GroupedHexField("node-id", 8, 2, ':')],
        static (ref RdataReader reader) => new NidRecord(reader.U16(), reader.Take(8)));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Preference);
        writer.Bytes(NodeId);
    }
}
