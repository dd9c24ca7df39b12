using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the digest of a whole zone. <b>Spec</b>: RFC 8976 §2.2.</summary>
/// <param name="Serial">The zone's serial.</param>
/// <param name="Scheme">How the zone's records are put behind each other.</param>
/// <param name="HashAlgorithm">The algorithm.</param>
/// <param name="Digest">The digest, at least 12 bytes.</param>
public sealed record ZonemdRecord(uint Serial, byte Scheme, byte HashAlgorithm, Octets Digest) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.ZONEMD,
        [Field.U32("serial"), Field.U8("scheme"), Field.U8("hash-algorithm"), Field.Hex("digest", 12)],
        static (ref RdataReader reader) => new ZonemdRecord(reader.U32(), reader.U8(), reader.U8(), reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U32(Serial);
        writer.U8(Scheme);
        writer.U8(HashAlgorithm);
        writer.Bytes(Digest);
    }
}
