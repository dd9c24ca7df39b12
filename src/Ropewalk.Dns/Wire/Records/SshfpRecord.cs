using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the fingerprint of a host's SSH key. <b>Spec</b>: RFC 4255 §3.1.</summary>
/// <param name="Algorithm">The algorithm of the key.</param>
/// <param name="FingerprintType">The algorithm of the fingerprint.</param>
/// <param name="Fingerprint">The fingerprint.</param>
public sealed record SshfpRecord(byte Algorithm, byte FingerprintType, Octets Fingerprint) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.SSHFP,
        [Field.U8("algorithm"), Field.U8("fp-type"), Field.Hex("fingerprint")],
        static (ref RdataReader reader) => new SshfpRecord(reader.U8(), reader.U8(), reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U8(Algorithm);
        writer.U8(FingerprintType);
        writer.Bytes(Fingerprint);
    }
}
