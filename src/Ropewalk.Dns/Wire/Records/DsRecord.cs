using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the key by which a delegation's zone is signed. <b>Spec</b>: RFC 4034 §5.1.</summary>
/// <param name="KeyTag">The tag of the key.</param>
/// <param name="Algorithm">The algorithm of the key.</param>
/// <param name="DigestType">The algorithm of the digest.</param>
/// <param name="Digest">The digest of the key.</param>
public sealed record DsRecord(ushort KeyTag, byte Algorithm, byte DigestType, Octets Digest) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.DS,
        [Field.U16("key-tag"), Field.Algorithm("algorithm"), Field.U8("digest-type"), Field.Hex("digest")],
        static (ref RdataReader reader) => new DsRecord(reader.U16(), reader.U8(), reader.U8(), reader.Rest()));

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
