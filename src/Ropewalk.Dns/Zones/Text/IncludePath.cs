using System.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>Finds which file an <c>$INCLUDE</c> names.</summary>
/// <remarks>
/// RFC 1035 §5.1 leaves it to the system. Here a path is relative to the folder of the file that has the directive, as Knot has it, and what it leads to is in
/// the folder of the first file or below: who may write one zone file reads no other file of the server with it. Links are for the store to judge.
/// </remarks>
internal static class IncludePath
{
    // Linux' PATH_MAX.
    private const int PathBytes = 4096;

    /// <summary>Resolves a path, or gives null where it leads out of the folder of the first file.</summary>
    public static string? Resolve(string firstFile, string includingFile, string path)
    {
        if (path.Length == 0 || path[0] == '/' || path.Contains('\\', StringComparison.Ordinal))
        {
            return null;
        }

        int root = Folder(firstFile).Length;
        List<string> segments = [.. Folder(includingFile)];
        foreach (string segment in path.Split('/'))
        {
            if (segment is "" or ".")
            {
                continue;
            }

            if (segment != "..")
            {
                segments.Add(segment);
                continue;
            }

            // Also where it would come back later: the text of a path shall tell no more about folders above than a refusal does.
            if (segments.Count <= root)
            {
                return null;
            }

            segments.RemoveAt(segments.Count - 1);
        }

        return segments.Count > root ? string.Join('/', segments) : null;
    }

    /// <summary>Decodes the escapes of a path; null if it is no path.</summary>
    public static string? Unescape(ReadOnlySpan<byte> text)
    {
        if (text.Length > PathBytes)
        {
            return null;
        }

        byte[] bytes = new byte[text.Length];
        int written = 0;
        for (int at = 0; at < text.Length; written++)
        {
            bytes[written] = text[at++];
            if (bytes[written] == (byte)'\\' && !NameText.TakeEscaped(text, ref at, out bytes[written]))
            {
                return null;
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, written);
    }

    private static string[] Folder(string file) => file.Split('/')[..^1];
}
