using System.Text;

namespace Ropewalk.Web.Tests.Static;

/// <summary>A folder on the real disk that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static readonly DateTime LongAgo = new(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc);

    public TemporaryFolder()
    {
        Path = Directory.CreateTempSubdirectory("ropewalk-web-").FullName;
    }

    public string Path { get; }

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a file whose time of change is long ago and exact, unless said otherwise.</summary>
    public string Write(string relative, string content, DateTime? modified = null) => Write(relative, Encoding.UTF8.GetBytes(content), modified);

    public string Write(string relative, byte[] content, DateTime? modified = null)
    {
        string path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, modified ?? LongAgo.AddTicks(1_234_567));
        return path;
    }

    public void Link(string relative, string target) => File.CreateSymbolicLink(this[relative], target);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
