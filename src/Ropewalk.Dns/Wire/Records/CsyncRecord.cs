using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says which records the parent should copy. <b>Spec</b>: RFC 7477 §2.1.</summary>
/// <param name="Serial">From which serial of the zone on.</param>
/// <param name="Flags">1 immediate, 2 not before that serial.</param>
/// <param name="Types">The types.</param>
public sealed record CsyncRecord(uint Serial, ushort Flags, ValueList<DnsType> Types) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.CSYNC,
        [Field.U32("serial"), Field.U16("flags"), Field.TypeBitmap("types")],
        static (ref RdataReader reader) => new CsyncRecord(reader.U32(), reader.U16(), reader.Types()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U32(Serial);
        writer.U16(Flags);
        writer.Types(Types);
    }
}
