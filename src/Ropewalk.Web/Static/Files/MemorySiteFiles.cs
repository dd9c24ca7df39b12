using System.Collections.Frozen;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Files;

/// <summary>Serves files out of memory: an embedded site, a test.</summary>
/// <remarks><b>Lifetime</b>: the contents are borrowed and must not change.</remarks>
public sealed class MemorySiteFiles : ISiteFiles
{
    private readonly FrozenDictionary<string, ReadOnlyMemory<byte>> _files;
    private readonly FrozenDictionary<string, Dictionary<string, SiteEntry>> _folders;
    private readonly long _modified;

    /// <summary>Makes a site of some files; their folders come of themselves.</summary>
    /// <param name="files">Contents by path, such as <c>/docs/index.html</c>.</param>
    /// <param name="modified">The time of change that all of them tell.</param>
    /// <exception cref="ArgumentException">A path is none, or names a folder.</exception>
    public MemorySiteFiles(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> files, DateTimeOffset modified)
    {
        ArgumentNullException.ThrowIfNull(files);
        _modified = (modified - DateTimeOffset.UnixEpoch).Ticks * 100;
        Dictionary<string, ReadOnlyMemory<byte>> contents = new(StringComparer.Ordinal);
        Dictionary<string, Dictionary<string, SiteEntry>> folders = new(StringComparer.Ordinal) { [""] = new(StringComparer.Ordinal) };
        foreach ((string text, ReadOnlyMemory<byte> content) in files)
        {
            if (!SitePath.TryParse(text, out SitePath? path, out SitePathError error) || path.IsFolder)
                throw new ArgumentException($"'{text}' is not the path of a file in a site ({error}).", nameof(files));
            contents.Add(path.Relative, content);
            AddEntry(folders, path.Relative, isFolder: false, content.Length);
        }
        _files = contents.ToFrozenDictionary(StringComparer.Ordinal);
        _folders = folders.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public ValueTask<SiteOpening> OpenAsync(SitePath path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        SiteOpening opening = _files.TryGetValue(path.Relative, out ReadOnlyMemory<byte> content)
            ? new SiteOpening(SiteNodeKind.File, new MemorySiteFile(content, _modified))
            : new SiteOpening(_folders.ContainsKey(path.Relative) ? SiteNodeKind.Folder : SiteNodeKind.Missing, null);
        return ValueTask.FromResult(opening);
    }

    /// <inheritdoc/>
    public ValueTask<SiteListing> ListAsync(SitePath folder, int maxEntries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        SiteListing listing = _folders.TryGetValue(folder.Relative, out Dictionary<string, SiteEntry>? entries)
            ? new SiteListing(SiteNodeKind.Folder, [.. entries.Values.Take(maxEntries)], entries.Count > maxEntries)
            : new SiteListing(_files.ContainsKey(folder.Relative) ? SiteNodeKind.File : SiteNodeKind.Missing, [], false);
        return ValueTask.FromResult(listing);
    }

    /// <summary>Does nothing: memory has no handles.</summary>
    public void Dispose()
    {
    }

    private void AddEntry(Dictionary<string, Dictionary<string, SiteEntry>> folders, string relative, bool isFolder, long length)
    {
        int slash = relative.LastIndexOf('/');
        string parent = slash < 0 ? "" : relative[..slash], name = relative[(slash + 1)..];
        if (!folders.TryGetValue(parent, out Dictionary<string, SiteEntry>? entries))
        {
            folders.Add(parent, entries = new(StringComparer.Ordinal));
            AddEntry(folders, parent, isFolder: true, 0);
        }
        // a first ".well-known" can be asked for, but is not shown
        if (SitePath.IsSegment(name)) entries[name] = new SiteEntry(name, isFolder, length, _modified);
    }
}
