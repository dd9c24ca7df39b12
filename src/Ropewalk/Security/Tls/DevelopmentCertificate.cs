using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ropewalk.Security.Tls;

/// <summary>
/// Makes a certificate for this machine's own use, on first use, and keeps it: ECDSA P-256, self-signed, for <c>localhost</c>,
/// <c>127.0.0.1</c> and <c>::1</c>. The file can be read by its owner only.
/// </summary>
/// <remarks>Browsers do not trust it until told to; clients of this engine trust it with <c>dev</c> in their endpoint string.</remarks>
public sealed class DevelopmentCertificate
{
    /// <summary>398 days: the longest that browsers take (CA/Browser Forum ballot SC31).</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(398);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private X509Certificate2? _current;

    /// <summary>Describes the certificate in a folder; nothing is read or made yet.</summary>
    /// <param name="folder">Where it is kept; null for <c>ropewalk</c> in the user's data folder.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public DevelopmentCertificate(string? folder = null, TimeProvider? timeProvider = null)
    {
        _time = timeProvider ?? TimeProvider.System;
        if (folder is null && Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home)
        {
            folder = System.IO.Path.Combine(home, "ropewalk");
        }

        Path = folder is null ? null : System.IO.Path.Combine(folder, "development-certificate.pem");
    }

    /// <summary>Gets the file; null where the user has no data folder: then the certificate lives as long as this object.</summary>
    public string? Path { get; }

    /// <summary>Gets the certificate with its private key: the kept one, or a new one if there is none or it ends within 30 days.</summary>
    /// <exception cref="CertificateException">The folder cannot be written to.</exception>
    public X509Certificate2 GetOrCreate()
    {
        lock (_gate)
        {
            if (IsFresh(_current))
            {
                return _current!;
            }

            try
            {
                _current = Path is not null && TryRead() is { } kept && IsFresh(kept) ? kept : Create();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CertificateException([$"{Path}: the development certificate cannot be kept there: {exception.Message}"], exception);
            }

            return _current;
        }
    }

    private bool IsFresh(X509Certificate2? certificate)
    {
        DateTime now = _time.GetUtcNow().UtcDateTime;
        return certificate is not null && certificate.NotBefore.ToUniversalTime() <= now && certificate.NotAfter.ToUniversalTime() - now > RenewBefore;
    }

    private X509Certificate2? TryRead()
    {
        try
        {
            return CertificateFile.ReadPem(Path!, null, null).Certificate;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or CertificateException or CryptographicException)
        {
            // there is none, or it is damaged: a new one takes its place
            return null;
        }
    }

    private X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, O=Ropewalk development", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        DateTimeOffset now = _time.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(-1) + Lifetime);
        if (Path is not null)
        {
            Keep(made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        }

        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    // written whole and then renamed: another process sees the old file or the new one, and nobody else ever sees the key
    private void Keep(string pem)
    {
        string folder = System.IO.Path.GetDirectoryName(Path)!;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

#pragma warning disable RS0030 // a name that no other process has: no run depends on it
        string temporary = $"{Path}.{Guid.NewGuid():n}";
#pragma warning restore RS0030
        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(pem);
        }

        File.Move(temporary, Path!, overwrite: true);
    }
}
