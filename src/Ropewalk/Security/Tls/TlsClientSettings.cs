using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Ropewalk.Security.Tls;

/// <summary>A client's checked options in the form that handshakes use.</summary>
internal sealed class TlsClientSettings
{
    private readonly TlsClientOptions _options;

    public TlsClientSettings(TlsClientOptions options)
    {
        _options = options;
        X509Certificate2Collection? authorities = options.TrustedAuthorities;
        if (options.TrustDevelopment)
        {
            authorities = authorities is null ? [] : [.. authorities];
            authorities.Add(new DevelopmentCertificate(timeProvider: options.TimeProvider).GetOrCreate());
        }

        Authentication = new SslClientAuthenticationOptions
        {
            TargetHost = options.TargetName,
            ApplicationProtocols = TlsServerSettings.ProtocolsOf(options.ApplicationProtocols),
            EnabledSslProtocols = TlsServerSettings.VersionsFrom(options.MinimumVersion),
            ClientCertificateContext = options.ClientCertificate?.Find(null)?.Context,
            RemoteCertificateValidationCallback = ValidateServer,
            CertificateChainPolicy = TlsServerSettings.ChainPolicyOf(authorities),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            AllowRenegotiation = false,
        };
    }

    public SslClientAuthenticationOptions Authentication { get; }

    public TimeSpan HandshakeTimeout => _options.HandshakeTimeout;

    public TimeProvider TimeProvider => _options.TimeProvider;

    public TlsBounds Bounds => new(_options.InputLimitBytes, _options.RequireCloseNotify, _options.TimeProvider);

    private bool ValidateServer(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return TlsStream.Refuse(sender, "the server showed no certificate");
        }

        if (_options.ServerCertificateValidator is { } validator && !validator((X509Certificate2)certificate, chain, errors))
        {
            return TlsStream.Refuse(sender, "the server's certificate was refused by ServerCertificateValidator");
        }

        return errors == SslPolicyErrors.None || _options.DangerouslyTrustAnyone
            || TlsStream.Refuse(sender, $"the server's certificate is not good for {_options.TargetName}: {TlsStream.Describe(errors, chain)}");
    }
}
