using System.Globalization;
using System.Text;

namespace Ropewalk.Blocking;

/// <summary>Describes the state of files so that two descriptions differ where a file was changed, replaced, made or deleted.</summary>
internal static class DiskStamps
{
    // A folder of certificates, not a file system.
    private const int MaxEntries = 10_000;

    /// <summary>Reads the state of files, and of the files in folders. <b>Call</b>: on a thread that may block.</summary>
    public static string Read(IReadOnlyList<string> paths)
    {
        var text = new StringBuilder();
        foreach (string path in paths)
        {
            try
            {
                if (Directory.Exists(path))
                {
                    foreach (string entry in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Take(MaxEntries).Order(StringComparer.Ordinal))
                    {
                        Append(text, entry);
                    }
                }
                else
                {
                    Append(text, path);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                text.Append(path).Append(' ').Append(e.GetType().Name).Append('\n');
            }
        }

        return text.ToString();
    }

    // Through links: a link that is swapped (as Kubernetes does) is a change, though no file of that name is written.
    private static void Append(StringBuilder text, string path)
    {
        FileSystemInfo file = new FileInfo(path);
        string target = file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        var final = new FileInfo(target);
        text.Append(path).Append(' ').Append(target).Append(' ');
        if (final.Exists)
        {
            text.Append(CultureInfo.InvariantCulture, $"{final.Length} {final.LastWriteTimeUtc.Ticks} {final.CreationTimeUtc.Ticks}");
        }

        text.Append('\n');
    }
}
