using System.Buffers;
using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Disk;

/// <summary>Serves a folder with .NET's own methods: on Windows and macOS.</summary>
/// <remarks>
/// Each component is looked at, and a link is followed only if its final target is below the root. Between the look and the opening somebody who may
/// write into the folder could put a link there: without the kernel's help that race stays. An empty file is never opened, because a named pipe looks like
/// one here and opening it would hang.
/// </remarks>
internal sealed class PortableSiteFiles : ISiteFiles
{
    // no name of a file on Windows, or the name of another one: streams, devices, short names, what Win32 strips
    private static readonly SearchValues<char> WindowsForbidden = SearchValues.Create(":*?\"<>|~");
    private static readonly string[] WindowsDevices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"];

    private const int MaxLinks = 40;   // as Linux

    private readonly string _root;

    public PortableSiteFiles(string folder)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(_root)) throw new DirectoryNotFoundException($"'{_root}' is not a folder that can be opened.");
    }

    public ValueTask<SiteOpening> OpenAsync(SitePath path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<SiteOpening>(DiskWork.RunAsync(() => Open(path.Relative)));
    }

    public ValueTask<SiteListing> ListAsync(SitePath folder, int maxEntries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new ValueTask<SiteListing>(DiskWork.RunAsync(() => List(folder.Relative, maxEntries, cancellationToken), cancellationToken));
    }

    public void Dispose()
    {
    }

    internal static bool IsWindowsName(ReadOnlySpan<char> segment)
    {
        if (segment.ContainsAny(WindowsForbidden) || segment[^1] is '.' or ' ') return false;
        int dot = segment.IndexOf('.');
        ReadOnlySpan<char> stem = (dot < 0 ? segment : segment[..dot]).TrimEnd(' ');
        foreach (string device in WindowsDevices)
        {
            if (stem.Equals(device, StringComparison.OrdinalIgnoreCase)) return false;
        }
        bool isPort = stem.Length == 4 && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase));
        return !isPort;
    }

    private SiteOpening Open(string relative)
    {
        try
        {
            FileSystemInfo? node = Find(relative);
            if (node is not FileInfo file) return new SiteOpening(node is null ? SiteNodeKind.Missing : SiteNodeKind.Folder, null);
            if (file.Length == 0)
            {
                FileStamp stamp = new(0, (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100, (ulong)file.CreationTimeUtc.Ticks);
                return new SiteOpening(SiteNodeKind.File, new PortableSiteFile(null, stamp));
            }
            // whoever writes or replaces the file is not kept from it
            var handle = File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            return new SiteOpening(SiteNodeKind.File, new PortableSiteFile(handle, PortableSiteFile.StampOf(handle)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new SiteOpening(ToKind(e), null);
        }
    }

    private SiteListing List(string relative, int maxEntries, CancellationToken cancellationToken)
    {
        List<SiteEntry> entries = [];
        try
        {
            if (Find(relative) is not DirectoryInfo folder) return new SiteListing(SiteNodeKind.Missing, entries, false);
            long left = Math.Min(int.MaxValue, maxEntries * 4L + 1024);
            foreach (FileSystemInfo node in folder.EnumerateFileSystemInfos())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entries.Count >= maxEntries || --left < 0) return new SiteListing(SiteNodeKind.Folder, entries, true);
                if (!SitePath.IsSegment(node.Name) || (OperatingSystem.IsWindows() && !IsWindowsName(node.Name))) continue;
                int links = 0;
                if (Resolve(node, ref links) is not { Exists: true } target) continue;
                long modified = (target.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100;
                entries.Add(new SiteEntry(node.Name, target is DirectoryInfo, target is FileInfo file ? file.Length : 0, modified));
            }
            return new SiteListing(SiteNodeKind.Folder, entries, false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SiteListing(ToKind(e), [], false);
        }
    }

    // The node itself, links resolved; null if there is none below the root.
    private FileSystemInfo? Find(string relative, int links = 0)
    {
        FileSystemInfo at = new DirectoryInfo(_root);
        if (relative.Length == 0) return at;
        foreach (string segment in relative.Split('/'))
        {
            if (OperatingSystem.IsWindows() && !IsWindowsName(segment)) return null;
            if (at is not DirectoryInfo folder) return null;
            string path = Path.Combine(folder.FullName, segment);
            if (Resolve(Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path), ref links) is not { Exists: true } next) return null;
            at = next;
        }
        return at;
    }

    // The target's own parents may be links as well: it is looked up from the root again.
    private FileSystemInfo? Resolve(FileSystemInfo node, ref int links)
    {
        if (node.LinkTarget is null) return node;
        if (++links > MaxLinks || node.ResolveLinkTarget(returnFinalTarget: false) is not { } target) return null;
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target.FullName));
        if (full == _root) return new DirectoryInfo(_root);
        if (!full.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return null;
        return Find(full[(_root.Length + 1)..].Replace(Path.DirectorySeparatorChar, '/'), links);
    }

    private static SiteNodeKind ToKind(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException or PathTooLongException or NotSupportedException => SiteNodeKind.Missing,
        UnauthorizedAccessException => SiteNodeKind.Denied,
        _ => SiteNodeKind.Unavailable,
    };
}
