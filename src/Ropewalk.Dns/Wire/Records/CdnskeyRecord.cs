using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the DNSKEY that the parent is asked to make a DS of. <b>Spec</b>: RFC 7344 §3.2.</summary>
/// <param name="Flags">What the key is for.</param>
/// <param name="Protocol">3.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="PublicKey">The key.</param>
public sealed record CdnskeyRecord(ushort Flags, byte Protocol, byte Algorithm, Octets PublicKey) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.CDNSKEY,
        [Field.U16("flags"), Field.U8("protocol"), Field.Algorithm("algorithm"), Field.Base64("public-key", 1)],
        static (ref RdataReader reader) => new CdnskeyRecord(reader.U16(), reader.U8(), reader.U8(), reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Flags);
        writer.U8(Protocol);
        writer.U8(Algorithm);
        writer.Bytes(PublicKey);
    }
}
