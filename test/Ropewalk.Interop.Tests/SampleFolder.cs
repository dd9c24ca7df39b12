using Ropewalk.Security.Tls;

namespace Ropewalk.Interop.Tests;

/// <summary>Is a temporary folder with a small site and a certificate for localhost.</summary>
internal sealed class SampleFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-");
    private readonly DevelopmentCertificate _certificate;

    public SampleFolder()
    {
        _certificate = new DevelopmentCertificate(_folder.FullName);
        _certificate.GetOrCreate();
        Write("site/index.html", "<p>hello");
        Write("site/verse.txt", "0123456789abcdef");
        Write("site/files/one.txt", "one");
        Write("site/files/two words.txt", "two");
        Write("site/files/.hidden", "no");
    }

    /// <summary>Gets the site.</summary>
    public string Site => PathOf("site");

    /// <summary>Gets the certificate with its key.</summary>
    public string Certificate => _certificate.Path!;

    /// <summary>Gets a path in the folder.</summary>
    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Writes a file.</summary>
    public string Write(string name, string text)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
