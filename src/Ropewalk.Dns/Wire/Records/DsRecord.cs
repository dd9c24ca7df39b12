using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the key by which a delegation's zone is signed. <b>Spec</b>: RFC 4034 §5.1.</summary>
/// <param name="KeyTag">The tag of the key.</param>
/// <param name="Algorithm">The algorithm of the key.</param>
/// <param name="DigestType">The algorithm of the digest.</param>
/// <param name="Digest">The digest of the key.</param>
public sealed record DsRecord(ushort KeyTag, byte Algorithm, byte DigestType, Octets Digest) : KeyDigestRdata(KeyTag, Algorithm, DigestType, Digest)
{
    private static readonly RecordFormat Shape = Define(DnsType.DS, static (keyTag, algorithm, digestType, digest) => new DsRecord(keyTag, algorithm, digestType, digest));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
