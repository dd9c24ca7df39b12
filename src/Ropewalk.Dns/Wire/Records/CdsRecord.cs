using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the DS that the parent is asked to publish. <b>Spec</b>: RFC 7344 §3.1.</summary>
/// <param name="KeyTag">The tag of the key.</param>
/// <param name="Algorithm">The algorithm of the key.</param>
/// <param name="DigestType">The algorithm of the digest.</param>
/// <param name="Digest">The digest of the key.</param>
public sealed record CdsRecord(ushort KeyTag, byte Algorithm, byte DigestType, Octets Digest) : KeyDigestRdata(KeyTag, Algorithm, DigestType, Digest)
{
    private static readonly RecordFormat Shape = Define(DnsType.CDS, static (keyTag, algorithm, digestType, digest) => new CdsRecord(keyTag, algorithm, digestType, digest));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
