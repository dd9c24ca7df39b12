using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the certificate of a TLS server. <b>Spec</b>: RFC 6698 §2.1.</summary>
/// <param name="Usage">What the certificate is to the server's.</param>
/// <param name="Selector">The whole certificate, or its key.</param>
/// <param name="MatchingType">As it is, or its digest.</param>
/// <param name="Association">The certificate, the key or the digest.</param>
public sealed record TlsaRecord(byte Usage, byte Selector, byte MatchingType, Octets Association) : CertificateRdata(Usage, Selector, MatchingType, Association)
{
    private static readonly RecordFormat Shape = Define(DnsType.TLSA, static (usage, selector, matchingType, association) => new TlsaRecord(usage, selector, matchingType, association));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
