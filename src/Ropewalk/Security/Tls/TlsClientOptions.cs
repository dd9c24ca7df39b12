using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Ropewalk.Security.Tls;

/// <summary>Says how a client speaks TLS. <b>Call</b>: set everything before the first use, which checks and fixes the settings.</summary>
public sealed class TlsClientOptions
{
    private TlsClientSettings? _settings;

    /// <summary>Gets or sets the name, or address, that the server's certificate must be for; a name is sent as SNI. Required.</summary>
    public string? TargetName { get; set; }

    /// <summary>Gets or sets the authorities, or self-signed certificates, that the server's certificate must come from; null for the system's.</summary>
    public X509Certificate2Collection? TrustedAuthorities { get; set; }

    /// <summary>Gets or sets whether the development certificate of this user is trusted besides. Default false.</summary>
    public bool TrustDevelopment { get; set; }

    /// <summary>
    /// Gets or sets whether any certificate is taken: encryption without knowing to whom. Default false. For opportunistic TLS (RFC 7435),
    /// where the alternative is plain text, and for tests.
    /// </summary>
    public bool DangerouslyTrustAnyone { get; set; }

    /// <summary>Gets or sets what the server's certificate must pass besides; false refuses it. The errors say what the chain check found.</summary>
    public Func<X509Certificate2, X509Chain?, SslPolicyErrors, bool>? ServerCertificateValidator { get; set; }

    /// <summary>Gets or sets the certificate to show to a server that asks; the first of the store.</summary>
    public CertificateStore? ClientCertificate { get; set; }

    /// <summary>Gets the ALPN names that are offered, the best first; empty for none. <b>Spec</b>: RFC 7301.</summary>
    public IList<string> ApplicationProtocols { get; } = [];

    /// <summary>Gets or sets the lowest version. Default <see cref="TlsVersion.Tls12"/> (RFC 9325 §3.1.1).</summary>
    public TlsVersion MinimumVersion { get; set; } = TlsVersion.Tls12;

    /// <summary>Gets or sets how long a handshake may take. Default 10 s, as on the server.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets whether a TCP end without <c>close_notify</c> fails reading. Default false: it completes, and <see cref="ITlsCloseFeature.Truncated"/> tells.</summary>
    public bool RequireCloseNotify { get; set; }

    /// <summary>Gets or sets the decrypted and unconsumed bytes above which the connection is ended. Default 1 MiB (Kestrel's <c>MaxReadBufferSize</c>).</summary>
    public int InputLimitBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets the checked settings, fixed at the first call.</summary>
    internal TlsClientSettings Settings
    {
        get
        {
            if (_settings is { } settings)
            {
                return settings;
            }

            Validate();
            return Interlocked.CompareExchange(ref _settings, new TlsClientSettings(this), null) ?? _settings;
        }
    }

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(TargetName))
        {
            errors.Add("TargetName: the name that the server's certificate must be for is needed.");
        }

        if (DangerouslyTrustAnyone && (TrustedAuthorities is not null || TrustDevelopment))
        {
            errors.Add("DangerouslyTrustAnyone: contradicts TrustedAuthorities and TrustDevelopment.");
        }

        if (TrustedAuthorities is { Count: 0 })
        {
            errors.Add("TrustedAuthorities: holds no certificate, so that every server would be refused.");
        }

        if (TimeProvider is null)
        {
            errors.Add("TimeProvider: must not be null.");
        }

        TlsServerOptions.CheckShared(errors, ApplicationProtocols, MinimumVersion, HandshakeTimeout, InputLimitBytes);
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(TlsClientOptions), typeof(TlsClientOptions), errors);
        }
    }

    /// <summary>Formats what may be shown: never a password or a key.</summary>
    public override string ToString() =>
        $"TLS {(MinimumVersion == TlsVersion.Tls13 ? "1.3" : "1.2+")} to {TargetName}, ALPN [{string.Join(",", ApplicationProtocols)}]";
}
