using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Options;

namespace Ropewalk.Security.Tls;

/// <summary>
/// Says how a server speaks TLS. <b>Call</b>: set everything before the first use, which checks and fixes the settings; certificates stay
/// live through <see cref="CertificateStore.ReloadAsync"/>.
/// </summary>
public sealed class TlsServerOptions
{
    private TlsServerSettings? _settings;

    /// <summary>Gets or sets the certificates to show. Required.</summary>
    public CertificateStore? Certificates { get; set; }

    /// <summary>Gets or sets whether clients are asked for certificates. Default <see cref="TlsClientCertificates.None"/>.</summary>
    public TlsClientCertificates ClientCertificates { get; set; }

    /// <summary>Gets or sets the authorities that client certificates must come from; null for the system's. Revocation is not asked for: it would be a network round trip inside a handshake.</summary>
    public X509Certificate2Collection? ClientAuthorities { get; set; }

    /// <summary>Gets or sets what a client certificate must pass besides; false refuses it. The errors say what the chain check found.</summary>
    public Func<X509Certificate2, X509Chain?, SslPolicyErrors, bool>? ClientCertificateValidator { get; set; }

    /// <summary>Gets the ALPN names that are offered, the best first; empty for none. <b>Spec</b>: RFC 7301.</summary>
    public IList<string> ApplicationProtocols { get; } = [];

    /// <summary>Gets or sets the lowest version. Default <see cref="TlsVersion.Tls12"/> (RFC 9325 §3.1.1).</summary>
    public TlsVersion MinimumVersion { get; set; } = TlsVersion.Tls12;

    /// <summary>Gets or sets how long a handshake may take. Default 10 s (Kestrel's <c>HandshakeTimeout</c>).</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets whether clients may resume a session instead of a full handshake. Default true.</summary>
    public bool AllowResumption { get; set; } = true;

    /// <summary>Gets or sets whether a TCP end without <c>close_notify</c> fails reading. Default false: it completes, and <see cref="ITlsCloseFeature.Truncated"/> tells.</summary>
    public bool RequireCloseNotify { get; set; }

    /// <summary>Gets or sets the decrypted and unconsumed bytes above which the connection is ended. Default 1 MiB (Kestrel's <c>MaxReadBufferSize</c>).</summary>
    public int InputLimitBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets the checked settings, fixed at the first call.</summary>
    internal TlsServerSettings Settings
    {
        get
        {
            if (_settings is { } settings)
            {
                return settings;
            }

            Validate();
            return Interlocked.CompareExchange(ref _settings, new TlsServerSettings(this), null) ?? _settings;
        }
    }

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        List<string> errors = FindErrors();
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(TlsServerOptions), typeof(TlsServerOptions), errors);
        }
    }

    /// <summary>Formats what may be shown: never a password or a key.</summary>
    public override string ToString() =>
        $"TLS {(MinimumVersion == TlsVersion.Tls13 ? "1.3" : "1.2+")}, client certificates {ClientCertificates}, ALPN [{string.Join(",", ApplicationProtocols)}], {Certificates}";

    internal static void CheckShared(List<string> errors, IEnumerable<string> protocols, TlsVersion minimum, TimeSpan timeout, int inputLimit)
    {
        // RFC 7301 §3.1: a name is 1 to 255 bytes
        errors.AddRange(protocols.Where(name => name is null || Encoding.UTF8.GetByteCount(name) is 0 or > 255)
            .Select(name => $"ApplicationProtocols: \"{name}\" is not a name of 1 to 255 bytes."));
        if (!Enum.IsDefined(minimum))
        {
            errors.Add("MinimumVersion: allowed are Tls12 and Tls13.");
        }

        if (timeout <= TimeSpan.Zero || timeout > TimeSpan.FromHours(1))
        {
            errors.Add("HandshakeTimeout: allowed is more than 0 and up to 1 hour.");
        }

        if (inputLimit < 32 * 1024)
        {
            errors.Add("InputLimitBytes: allowed is 32 KiB (two records) and more.");
        }
    }

    private List<string> FindErrors()
    {
        var errors = new List<string>();
        if (Certificates is null)
        {
            errors.Add("Certificates: a server needs at least one certificate.");
        }

        if (!Enum.IsDefined(ClientCertificates))
        {
            errors.Add("ClientCertificates: allowed are None, Request, Require and RequestAny.");
        }

        if (ClientCertificates == TlsClientCertificates.None && (ClientAuthorities is not null || ClientCertificateValidator is not null))
        {
            errors.Add("ClientAuthorities, ClientCertificateValidator: without effect while ClientCertificates is None.");
        }

        if (ClientCertificates == TlsClientCertificates.RequestAny && ClientAuthorities is not null)
        {
            errors.Add("ClientAuthorities: without effect while ClientCertificates is RequestAny.");
        }

        if (ClientAuthorities is { Count: 0 })
        {
            errors.Add("ClientAuthorities: holds no certificate, so that every client would be refused.");
        }

        if (TimeProvider is null)
        {
            errors.Add("TimeProvider: must not be null.");
        }

        CheckShared(errors, ApplicationProtocols, MinimumVersion, HandshakeTimeout, InputLimitBytes);
        return errors;
    }
}
