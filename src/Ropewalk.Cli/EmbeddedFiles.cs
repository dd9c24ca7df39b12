using System.Collections.Concurrent;
using System.Reflection;

namespace Ropewalk.Cli;

/// <summary>Reads the files that are inside the program.</summary>
internal static class EmbeddedFiles
{
    private static readonly ConcurrentDictionary<string, byte[]> Files = new(StringComparer.Ordinal);

    /// <summary>Reads one, by its path in the project.</summary>
    public static ReadOnlyMemory<byte> Read(string path) => Files.GetOrAdd(path, static p =>
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(p) ?? throw new FileNotFoundException($"No embedded file {p}.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    });

    /// <summary>Lists the files below a folder, by their paths in it.</summary>
    public static IEnumerable<string> List(string folder)
    {
        string prefix = folder + "/";
        return Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => n[prefix.Length..]).Order(StringComparer.Ordinal);
    }
}
