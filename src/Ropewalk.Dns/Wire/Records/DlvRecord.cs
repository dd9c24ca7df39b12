using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a DS outside of the parent; obsolete. <b>Spec</b>: RFC 4431 §2.</summary>
/// <param name="KeyTag">The tag of the key.</param>
/// <param name="Algorithm">The algorithm of the key.</param>
/// <param name="DigestType">The algorithm of the digest.</param>
/// <param name="Digest">The digest of the key.</param>
public sealed record DlvRecord(ushort KeyTag, byte Algorithm, byte DigestType, Octets Digest) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.DLV,
        [Field.U16("key-tag"), Field.Algorithm("algorithm"), Field.U8("digest-type"), Field.Hex("digest")],
        static (ref RdataReader reader) => new DlvRecord(reader.U16(), reader.U8(), reader.U8(), reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(KeyTag);
        writer.U8(Algorithm);
        writer.U8(DigestType);
        writer.Bytes(Digest);
    }
}
