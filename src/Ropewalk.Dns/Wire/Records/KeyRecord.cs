using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the key of a transaction. <b>Spec</b>: RFC 3445 §3.</summary>
/// <param name="Flags">What the key is for.</param>
/// <param name="Protocol">3.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="PublicKey">The key.</param>
public sealed record KeyRecord(ushort Flags, byte Protocol, byte Algorithm, Octets PublicKey) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.KEY,
        [Field.U16("flags"), Field.U8("protocol"), Field.Algorithm("algorithm"), Field.Base64("public-key", 0)],
        static (ref RdataReader reader) => new KeyRecord(reader.U16(), reader.U8(), reader.U8(), reader.Rest()));

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
