using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ropewalk.Security.Tls;

/// <summary>Where a store's certificates come from, and how they are read.</summary>
internal abstract class CertificateSource
{
    /// <summary>Gets the files and folders whose change means that a reload is due.</summary>
    public virtual IReadOnlyList<string> Paths => [];

    /// <summary>Reads everything anew. Each thing that is wrong is added to <paramref name="errors"/>; nothing is thrown for a bad file.</summary>
    public abstract List<ServerCertificate> Load(List<string> errors);

    internal sealed class Given(ServerCertificate certificate) : CertificateSource
    {
        public override List<ServerCertificate> Load(List<string> errors) => [certificate];
    }

    internal sealed class Made(Func<ServerCertificate> make) : CertificateSource
    {
        public override List<ServerCertificate> Load(List<string> errors) => [make()];
    }

    internal sealed class Pem(string certificatePath, string? keyPath, string? password) : CertificateSource
    {
        public override IReadOnlyList<string> Paths => keyPath is null ? [certificatePath] : [certificatePath, keyPath];

        public override List<ServerCertificate> Load(List<string> errors) =>
            TryLoad(keyPath ?? certificatePath, errors, () => CertificateFile.ReadPem(certificatePath, keyPath, password)) is { } loaded ? [loaded] : [];
    }

    internal sealed class Pfx(string path, string? password) : CertificateSource
    {
        public override IReadOnlyList<string> Paths => [path];

        public override List<ServerCertificate> Load(List<string> errors) =>
            TryLoad(path, errors, () => CertificateFile.ReadPfx(path, password)) is { } loaded ? [loaded] : [];
    }

    internal sealed class Folder(string path, string? password) : CertificateSource
    {
        public override IReadOnlyList<string> Paths => [path];

        public override List<ServerCertificate> Load(List<string> errors)
        {
            var loaded = new List<ServerCertificate>();
            try
            {
                foreach (CertificateFile file in CertificateFile.FindIn(path))
                {
                    if (TryLoad(file.Path, errors, () => file.Read(password)) is { } certificate)
                    {
                        loaded.Add(certificate);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                errors.Add($"{path}: {exception.Message}");
                return loaded;
            }

            if (loaded.Count == 0 && errors.Count == 0)
            {
                errors.Add($"{path}: the folder holds no certificate (looked for *.pem, *.crt with *.key, *.pfx, and fullchain.pem with privkey.pem in its folders).");
            }

            // the default of the folder is the one named so; otherwise the first by name
            int named = loaded.FindIndex(certificate => Path.GetFileNameWithoutExtension(certificate.Source) == "default"
                || Path.GetFileName(Path.GetDirectoryName(certificate.Source)) == "default");
            if (named > 0)
            {
                (loaded[0], loaded[named]) = (loaded[named], loaded[0]);
            }

            return loaded;
        }
    }

    private static ServerCertificate? TryLoad(string path, List<string> errors, Func<ServerCertificate> read)
    {
        try
        {
            return read();
        }
        catch (CertificateException exception)
        {
            errors.AddRange(exception.Errors);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            errors.Add($"{((exception as FileNotFoundException)?.FileName) ?? path}: no such file.");
        }
        catch (UnauthorizedAccessException)
        {
            errors.Add(Directory.Exists(path) ? $"{path}: a folder; a file is needed here (certs= takes a folder)." : $"{path}: not permitted to read it.");
        }
        catch (Exception exception) when (exception is IOException or CryptographicException or ArgumentException or NotSupportedException)
        {
            errors.Add($"{path}: {exception.Message}");
        }

        return null;
    }
}
