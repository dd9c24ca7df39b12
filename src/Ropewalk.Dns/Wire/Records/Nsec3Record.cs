using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the next hashed name of the zone, and the types of the owner's original. <b>Spec</b>: RFC 5155 §3.1.</summary>
/// <param name="HashAlgorithm">The algorithm.</param>
/// <param name="Flags">1 if unsigned delegations may be left out.</param>
/// <param name="Iterations">How often more than once it is hashed.</param>
/// <param name="Salt">What is hashed with the name.</param>
/// <param name="NextHash">The next hash.</param>
/// <param name="Types">The types.</param>
public sealed record Nsec3Record(byte HashAlgorithm, byte Flags, ushort Iterations, Octets Salt, Octets NextHash, ValueList<DnsType> Types) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.NSEC3,
        [
            Field.U8("hash-algorithm"),
            Field.U8("flags"),
            Field.U16("iterations"),
            new CountedBinaryField("salt", BinaryForm.Hex),
            new CountedBinaryField("next-hashed-owner-name", BinaryForm.Base32Hex, leastBytes: 1),
            Field.TypeBitmap("types"),
        ],
        static (ref RdataReader reader) => new Nsec3Record(reader.U8(), reader.U8(), reader.U16(), reader.Counted(), reader.Counted(), reader.Types()));

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
        writer.Counted(NextHash);
        writer.Types(Types);
    }
}
