using System.Security.Cryptography.X509Certificates;
using Ropewalk.Blocking;

namespace Ropewalk.Security.Tls;

/// <summary>
/// Holds the certificates that servers show, found by the name that a client asks for (SNI): the exact name, then a wildcard, then the
/// default, which is the first. <see cref="ReloadAsync"/> swaps all of them at once: new handshakes use the new ones, connections stay.
/// </summary>
public sealed class CertificateStore
{
    private readonly CertificateSource _source;
    private readonly TimeProvider _time;
    private volatile CertificateTable _table;

    private CertificateStore(CertificateSource source, TimeProvider? time)
    {
        _source = source;
        _time = time ?? TimeProvider.System;
        var errors = new List<string>();
        List<ServerCertificate> loaded = source.Load(errors);
        if (errors.Count > 0)
        {
            throw new CertificateException(errors);
        }

        _table = new CertificateTable(loaded);
    }

    /// <summary>Gets the certificates in use; the first is the default.</summary>
    public IReadOnlyList<ServerCertificate> Certificates => _table.All;

    /// <summary>Gets the files and folders to watch: a change in one means that <see cref="ReloadAsync"/> is due.</summary>
    public IReadOnlyList<string> Paths => _source.Paths;

    /// <summary>Reads a certificate with its chain, and its key, from PEM files. <b>Call</b>: at start; it reads files.</summary>
    /// <param name="certificatePath">The certificate first, then its intermediates.</param>
    /// <param name="keyPath">The private key; null if it is in the same file.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <exception cref="CertificateException">A file is missing or wrong.</exception>
    public static CertificateStore FromPem(string certificatePath, string? keyPath = null, string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(certificatePath);
        return new CertificateStore(new CertificateSource.Pem(certificatePath, keyPath, password), null);
    }

    /// <summary>Reads a certificate with its chain and its key from a PFX (PKCS #12) file. <b>Call</b>: at start; it reads files.</summary>
    /// <exception cref="CertificateException">The file is missing or wrong, or the password is.</exception>
    public static CertificateStore FromPfx(string path, string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new CertificateStore(new CertificateSource.Pfx(path, password), null);
    }

    /// <summary>Reads every certificate of a folder. <b>Call</b>: at start; it reads files.</summary>
    /// <remarks>
    /// <b>Shape</b>: <c>NAME.pem</c> or <c>NAME.crt</c> with the key inside or in <c>NAME.key</c>; <c>NAME.pfx</c>; <c>NAME/fullchain.pem</c> with
    /// <c>NAME/privkey.pem</c>, as ACME clients leave them. Which names a certificate is for, it says itself; <c>NAME</c> matters only as
    /// <c>default</c>.
    /// </remarks>
    /// <exception cref="CertificateException">The folder or a file in it is wrong; all errors are told at once.</exception>
    public static CertificateStore FromFolder(string path, string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new CertificateStore(new CertificateSource.Folder(path, password), null);
    }

    /// <summary>Holds a certificate that the caller has.</summary>
    /// <param name="certificate">With its private key.</param>
    /// <param name="chain">Its intermediates.</param>
    public static CertificateStore FromCertificate(X509Certificate2 certificate, X509Certificate2Collection? chain = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (!certificate.HasPrivateKey)
        {
            throw new CertificateException(["The certificate has no private key."]);
        }

        return new CertificateStore(new CertificateSource.Given(new ServerCertificate(certificate, chain, "given in code")), null);
    }

    /// <summary>Holds the development certificate, made now if there is none. <see cref="ReloadAsync"/> renews it near its end.</summary>
    public static CertificateStore FromDevelopment(DevelopmentCertificate? development = null)
    {
        development ??= new DevelopmentCertificate();
        return new CertificateStore(
            new CertificateSource.Made(() => new ServerCertificate(development.GetOrCreate(), null, development.Path ?? "the development certificate")), null);
    }

    /// <summary>Finds the certificate for a name: the exact one, a wildcard's, or the default.</summary>
    /// <param name="serverName">What the client asked for; null or empty if it did not ask.</param>
    public ServerCertificate? Find(string? serverName) => _table.Find(serverName);

    /// <summary>Reads everything anew and swaps it in at once, if nothing is wrong with it. Connections stay as they are.</summary>
    public async Task<CertificateReload> ReloadAsync(CancellationToken cancellationToken = default)
    {
        var errors = new List<string>();
        List<ServerCertificate> loaded = await BlockingWork.RunAsync(() => _source.Load(errors), cancellationToken);
        if (errors.Count > 0)
        {
            return new CertificateReload(false, _table.All.Count, errors, []);
        }

        _table = new CertificateTable(loaded);
        DateTime now = _time.GetUtcNow().UtcDateTime;
        string[] warnings = [.. loaded.Where(certificate => certificate.Certificate.NotAfter.ToUniversalTime() < now).Select(certificate => $"{certificate.Source}: has expired.")];
        return new CertificateReload(true, loaded.Count, [], warnings);
    }

    /// <summary>Formats the number of certificates and their source; never a key or a password.</summary>
    public override string ToString() => $"{_table.All.Count} certificates: {string.Join("; ", _table.All)}";
}
