using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says how a zone's names are hashed. <b>Spec</b>: RFC 5155 §4.1.</summary>
/// <param name="HashAlgorithm">The algorithm.</param>
/// <param name="Flags">0.</param>
/// <param name="Iterations">How often more than once it is hashed.</param>
/// <param name="Salt">What is hashed with the name.</param>
public sealed record Nsec3ParamRecord(byte HashAlgorithm, byte Flags, ushort Iterations, Octets Salt) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.NSEC3PARAM,
        [Field.U8("hash-algorithm"), Field.U8("flags"), Field.U16("iterations"), new CountedBinaryField("salt", BinaryForm.Hex)],
        static (ref RdataReader reader) => new Nsec3ParamRecord(reader.U8(), reader.U8(), reader.U16(), reader.Counted()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U8(HashAlgorithm);
        writer.U8(Flags);
        writer.U16(Iterations);
        writer.Counted(Salt);
    }
}
