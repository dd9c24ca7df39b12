using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ropewalk.Blocking;

namespace Ropewalk.Security.Tls;

/// <summary>A certificate in a file, or in two: how it is found in a folder and how it is read.</summary>
/// <param name="Path">The file with the certificate.</param>
/// <param name="KeyPath">The file with the private key, where it is another.</param>
internal sealed record CertificateFile(string Path, string? KeyPath)
{
    /// <summary>Finds the certificates of a folder, in the order of their names.</summary>
    /// <remarks>Taken are <c>NAME.pem</c> or <c>NAME.crt</c> (with <c>NAME.key</c> beside it or the key inside), <c>NAME.pfx</c>, and <c>NAME/fullchain.pem</c> with <c>privkey.pem</c>.</remarks>
    public static IEnumerable<CertificateFile> FindIn(string folder)
    {
        string[] entries = Directory.GetFileSystemEntries(folder);
        Array.Sort(entries, StringComparer.Ordinal);
        foreach (string entry in entries)
        {
            if (System.IO.Path.GetFileName(entry).StartsWith('.'))
            {
                continue;
            }

            switch (System.IO.Path.GetExtension(entry))
            {
                case ".pfx" or ".p12":
                    yield return new CertificateFile(entry, null);
                    break;
                case ".pem" or ".crt" when !entry.EndsWith(".key.pem", StringComparison.Ordinal):
                    string key = System.IO.Path.ChangeExtension(entry, ".key");
                    string keyPem = System.IO.Path.ChangeExtension(entry, ".key.pem");
                    yield return new CertificateFile(entry, File.Exists(key) ? key : File.Exists(keyPem) ? keyPem : null);
                    break;
                default:
                    string chain = System.IO.Path.Combine(entry, "fullchain.pem");
                    if (File.Exists(chain))
                    {
                        yield return new CertificateFile(chain, System.IO.Path.Combine(entry, "privkey.pem"));
                    }

                    break;
            }
        }
    }

    public ServerCertificate Read(string? password) =>
        System.IO.Path.GetExtension(Path) is ".pfx" or ".p12" ? ReadPfx(Path, password) : ReadPem(Path, KeyPath, password);

    public static ServerCertificate ReadPem(string certificatePath, string? keyPath, string? password)
    {
        string certificatePem = RegularFile.ReadAllText(certificatePath);
        string keyPem = keyPath is null ? certificatePem : RegularFile.ReadAllText(keyPath);
        keyPath ??= certificatePath;
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificatePem);
        if (chain.Count == 0)
        {
            throw new CertificateException([$"{certificatePath}: holds no certificate in PEM form."]);
        }

        bool isEncrypted = keyPem.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (!isEncrypted && !keyPem.Contains(" PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CertificateException([$"{keyPath}: holds no private key in PEM form."]);
        }

        if (isEncrypted && password is null)
        {
            throw new CertificateException([$"{keyPath}: the private key is encrypted and no password is given."]);
        }

        try
        {
            X509Certificate2 certificate = isEncrypted
                ? X509Certificate2.CreateFromEncryptedPem(certificatePem, keyPem, password)
                : X509Certificate2.CreateFromPem(certificatePem, keyPem);
            chain.RemoveAt(0);
            return new ServerCertificate(Usable(certificate), chain, certificatePath);
        }
        catch (CryptographicException exception)
        {
            throw new CertificateException([$"{keyPath}: {(isEncrypted ? "the password is wrong, or the key is not one of this certificate." : "the private key is not one of this certificate.")}"], exception);
        }
        catch (ArgumentException exception)
        {
            throw new CertificateException([$"{keyPath}: the private key does not belong to the certificate in {certificatePath}."], exception);
        }
    }

    public static ServerCertificate ReadPfx(string path, string? password)
    {
        try
        {
            X509Certificate2Collection all = X509CertificateLoader.LoadPkcs12Collection(RegularFile.ReadAllBytes(path), password, X509KeyStorageFlags.DefaultKeySet);
            X509Certificate2 leaf = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
                ?? throw new CertificateException([$"{path}: holds no certificate with a private key."]);
            all.Remove(leaf);
            return new ServerCertificate(leaf, all, path);
        }
        catch (CryptographicException exception)
        {
            throw new CertificateException([$"{path}: not a PFX file, or the password is wrong."], exception);
        }
    }

    // SChannel cannot use a key that lives in memory only
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }
}
