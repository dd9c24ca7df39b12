using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a record set's signature. <b>Spec</b>: RFC 4034 §3.1.</summary>
/// <param name="TypeCovered">The type that is signed.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Labels">How many labels the owner has, without a wildcard's asterisk.</param>
/// <param name="OriginalTtl">The TTL that was signed.</param>
/// <param name="Expiration">Until when the signature is valid.</param>
/// <param name="Inception">Since when the signature is valid.</param>
/// <param name="KeyTag">The tag of the key.</param>
/// <param name="Signer">The owner of the key.</param>
/// <param name="Signature">The signature.</param>
public sealed record RrsigRecord(DnsType TypeCovered, byte Algorithm, byte Labels, TimeSpan OriginalTtl, DateTimeOffset Expiration, DateTimeOffset Inception, ushort KeyTag, DomainName Signer, Octets Signature)
    : SignatureRdata(TypeCovered, Algorithm, Labels, OriginalTtl, Expiration, Inception, KeyTag, Signer, Signature)
{
    private static readonly RecordFormat Shape = Define(
        DnsType.RRSIG,
        NameUse.Downcased,
        static (covered, algorithm, labels, originalTtl, expiration, inception, keyTag, signer, signature) => new RrsigRecord(covered, algorithm, labels, originalTtl, expiration, inception, keyTag, signer, signature));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
