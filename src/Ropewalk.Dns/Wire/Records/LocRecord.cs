using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says where on Earth the owner is. <b>Spec</b>: RFC 1876 §2.</summary>
/// <param name="Version">0.</param>
/// <param name="Size">The diameter of a sphere around it: a digit, and a power of ten, in centimetres.</param>
/// <param name="HorizontalPrecision">Written as the size is.</param>
/// <param name="VerticalPrecision">Written as the size is.</param>
/// <param name="Latitude">In thousandths of a second of arc; 2^31 is the equator.</param>
/// <param name="Longitude">In thousandths of a second of arc; 2^31 is the prime meridian.</param>
/// <param name="Altitude">In centimetres, from 100,000 m below.</param>
public sealed record LocRecord(byte Version, byte Size, byte HorizontalPrecision, byte VerticalPrecision, uint Latitude, uint Longitude, uint Altitude) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.LOC,
        [new LocationField("location")],
        static (ref RdataReader reader) => new LocRecord(reader.U8(), reader.U8(), reader.U8(), reader.U8(), reader.U32(), reader.U32(), reader.U32()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U8(Version);
        writer.U8(Size);
        writer.U8(HorizontalPrecision);
        writer.U8(VerticalPrecision);
        writer.U32(Latitude);
        writer.U32(Longitude);
        writer.U32(Altitude);
    }
}
