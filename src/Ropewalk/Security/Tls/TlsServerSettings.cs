using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Ropewalk.Security.Tls;

/// <summary>A server's checked options in the form that handshakes use; what depends on the certificate is prepared once per certificate.</summary>
internal sealed class TlsServerSettings
{
    private readonly TlsServerOptions _options;
    private readonly List<SslApplicationProtocol>? _protocols;
    private readonly X509ChainPolicy? _clientPolicy;

    public TlsServerSettings(TlsServerOptions options)
    {
        _options = options;
        Certificates = options.Certificates!;
        _protocols = ProtocolsOf(options.ApplicationProtocols);
        _clientPolicy = options.ClientCertificates == TlsClientCertificates.None ? null : ChainPolicyOf(options.ClientAuthorities);
    }

    public CertificateStore Certificates { get; }

    public TimeSpan HandshakeTimeout => _options.HandshakeTimeout;

    public TimeProvider TimeProvider => _options.TimeProvider;

    public TlsBounds Bounds => new(_options.InputLimitBytes, _options.RequireCloseNotify, _options.TimeProvider);

    public static List<SslApplicationProtocol>? ProtocolsOf(IList<string> names) => names.Count == 0 ? null : [.. names.Select(name => new SslApplicationProtocol(name))];

    public static SslProtocols VersionsFrom(TlsVersion minimum) => minimum == TlsVersion.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;

    public static X509ChainPolicy ChainPolicyOf(X509Certificate2Collection? authorities)
    {
        // no network inside a handshake: neither revocation lists nor missing intermediates are fetched
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    /// <summary>Gets what a handshake with this certificate is made with.</summary>
    public SslServerAuthenticationOptions For(ServerCertificate certificate) => certificate.Prepared(this, () => new SslServerAuthenticationOptions
    {
        ServerCertificateContext = certificate.Context,
        ApplicationProtocols = _protocols,
        EnabledSslProtocols = VersionsFrom(_options.MinimumVersion),
        ClientCertificateRequired = _options.ClientCertificates != TlsClientCertificates.None,
        RemoteCertificateValidationCallback = _options.ClientCertificates == TlsClientCertificates.None ? null : ValidateClient,
        CertificateChainPolicy = _clientPolicy,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        AllowTlsResume = _options.AllowResumption,
        // RFC 9325 §3.5: renegotiation in TLS 1.2 is an attack surface that nothing here needs
        AllowRenegotiation = false,
    });

    private bool ValidateClient(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return _options.ClientCertificates != TlsClientCertificates.Require || TlsStream.Refuse(sender, "the client showed no certificate");
        }

        // a client's certificate names a user, not this server
        errors &= ~SslPolicyErrors.RemoteCertificateNameMismatch;
        if (_options.ClientCertificateValidator is { } validator)
        {
            return validator((X509Certificate2)certificate, chain, errors) || TlsStream.Refuse(sender, "the client's certificate was refused by ClientCertificateValidator");
        }

        return errors == SslPolicyErrors.None || _options.ClientCertificates == TlsClientCertificates.RequestAny || TlsStream.Refuse(sender, $"the client's certificate is not good: {TlsStream.Describe(errors, chain)}");
    }
}
