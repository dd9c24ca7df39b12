using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a DS outside of the parent; obsolete. <b>Spec</b>: RFC 4431 §2.</summary>
/// <param name="KeyTag">The tag of the key.</param>
/// <param name="Algorithm">The algorithm of the key.</param>
/// <param name="DigestType">The algorithm of the digest.</param>
/// <param name="Digest">The digest of the key.</param>
public sealed record DlvRecord(ushort KeyTag, byte Algorithm, byte DigestType, Octets Digest) : KeyDigestRdata(KeyTag, Algorithm, DigestType, Digest)
{
    private static readonly RecordFormat Shape = Define(DnsType.DLV, static (keyTag, algorithm, digestType, digest) => new DlvRecord(keyTag, algorithm, digestType, digest));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
