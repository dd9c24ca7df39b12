using Ropewalk.Blocking;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones.Text;
using Ropewalk.Storage;

namespace Ropewalk.Cli.Strands;

/// <summary>
/// Is a zone's first file that is not there to be opened twice: the standard input, or a descriptor that a shell made for <c>&lt;(…)</c>. It is read once and whole, into memory; what it includes is looked for there, and so is not found.
/// Only the check reads one: a server reads its files again.
/// </summary>
internal static class PipedZone
{
    private const string StandardInput = "-";
    private const string NamelessFile = ".zone";
    private const int ReadBytes = 64 * 1024;

    private static readonly string[] Folders = ["/dev/fd/", "/proc/self/fd/"];

    /// <summary>Says whether a file is one of these, by its path.</summary>
    /// <param name="given">What was written.</param>
    /// <param name="path">Its full path.</param>
    public static bool Is(string given, string path) =>
        given == StandardInput || given.EndsWith("=" + StandardInput, StringComparison.Ordinal) || path == "/dev/stdin" || Folders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>Reads it.</summary>
    /// <param name="given">What was written.</param>
    /// <param name="zone">The file.</param>
    /// <param name="cancellationToken">Ends the wait: who writes may take his time.</param>
    /// <returns>The file in memory, or why there is none.</returns>
    public static async ValueTask<(DnsZoneFile? File, string? Obstacle)> ReadAsync(string given, ZoneFile zone, CancellationToken cancellationToken)
    {
        bool isStandard = given == StandardInput || given.EndsWith("=" + StandardInput, StringComparison.Ordinal);
        if (!FileStorePath.TryParse(isStandard ? "stdin" : Path.GetFileName(zone.Path), out FileStorePath? name))
        {
            return (null, "its name cannot be read here");
        }

        try
        {
            using Stream stream = isStandard ? Console.OpenStandardInput() : new FileStream(zone.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[]? text = await BlockingWork.RunAsync(() => Read(stream, new MasterFileLimits().TextBytes), cancellationToken);
            if (text is null)
            {
                return (null, "it is longer than a zone's files may be");
            }

            // The name of a descriptor says nothing.
            if ((zone.Zone is { } said ? DomainName.Parse(said) : MasterFileApex.Find(text, NamelessFile)) is not { } apex)
            {
                return (null, "nothing says of which zone it is: there is no SOA with an absolute name; write ZONE= before it");
            }

            var store = new MemoryFileStore();
            await store.ReplaceAsync(name, text, cancellationToken);
            return (new DnsZoneFile(store, name, apex), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return (null, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"it cannot be read: {e.Message.TrimEnd('.')}");
        }
    }

    // Null: it is longer.
    private static byte[]? Read(Stream stream, int mostBytes)
    {
        using var text = new MemoryStream();
        byte[] buffer = new byte[ReadBytes];
        while (stream.Read(buffer) is var count and > 0)
        {
            if (text.Length + count > mostBytes)
            {
                return null;
            }

            text.Write(buffer, 0, count);
        }

        return text.ToArray();
    }
}
