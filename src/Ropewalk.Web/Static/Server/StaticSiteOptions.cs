using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Server;

/// <summary>Says what a site serves and how. Everything here is live: <see cref="StaticSite.Swap"/> takes a new set without touching a listener or a connection.</summary>
public sealed class StaticSiteOptions
{
    /// <summary>Gets or sets the folder to serve. Either this or <see cref="Files"/>.</summary>
    public string? Folder { get; set; }

    /// <summary>Gets or sets where files come from instead of a folder. <b>Lifetime</b>: stays the caller's.</summary>
    public ISiteFiles? Files { get; set; }

    /// <summary>Gets or sets the names that stand for their folder, the first that exists wins. Default: <c>index.html</c>, <c>index.htm</c>.</summary>
    public IReadOnlyList<string> IndexNames { get; set; } = ["index.html", "index.htm"];

    /// <summary>Gets or sets whether a folder without index file is shown as a listing. Default: no, as in nginx (autoindex off) and Apache.</summary>
    public bool Listing { get; set; }

    /// <summary>Gets or sets how many entries of a folder are read for a listing. Default: 10,000, a page of some 3 MB.</summary>
    public int MaxListingEntries { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets the value of <c>Cache-Control</c> on files and listings; null sends none. Default: <c>no-cache</c>, so that browsers ask each time and get a
    /// 304; without it they would guess (RFC 9111 §4.2.2) and show old files.
    /// </summary>
    public string? CacheControl { get; set; } = "no-cache";

    /// <summary>Gets or sets media types by extension without the dot, which win over the table of <see cref="Wire.MediaTypes"/>.</summary>
    public IReadOnlyDictionary<string, string> MediaTypes { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets how many parts one request may ask for; beyond, the whole file is sent. Default: 16. Apache allows 200, and was brought down by more (CVE-2011-3192).</summary>
    public int MaxRanges { get; set; } = 16;

    /// <summary>Gets or sets how many bytes of hot files are kept in memory; 0 keeps none. Default: 64 MiB.</summary>
    public long CacheBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Gets or sets how long a file may be to be kept in memory. Default: 64 KiB, below .NET's large-object heap.</summary>
    public int MaxCachedFileBytes { get; set; } = 64 * 1024;

    /// <summary>Gets or sets how long a file in memory is served before its state on the disk is looked at again. Default: 1 s; nginx's open_file_cache_valid is 60 s.</summary>
    public TimeSpan CacheCheckInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Finds all faults. Looks at the values only: whether the folder is there is found when the site is made.</summary>
    /// <returns>One sentence each; none if the options can be used.</returns>
    public IEnumerable<string> Validate()
    {
        if ((Folder is null) == (Files is null)) yield return "Folder: name a folder, or set Files, and not both.";
        foreach (string name in IndexNames)
        {
            if (!SitePath.IsSegment(name)) yield return $"IndexNames: '{name}' cannot be the name of a file in a site.";
        }
        if (MaxListingEntries < 1) yield return "MaxListingEntries: at least 1.";
        if (MaxRanges < 1) yield return "MaxRanges: at least 1.";
        if (CacheBytes < 0) yield return "CacheBytes: at least 0.";
        if (MaxCachedFileBytes is < 0 or > 16 * 1024 * 1024) yield return "MaxCachedFileBytes: 0 to 16 MiB.";
        if (CacheCheckInterval < TimeSpan.Zero) yield return "CacheCheckInterval: at least 0.";
        if (CacheControl is not null && !IsFieldValue(CacheControl)) yield return "CacheControl: not a value for a header field.";
        foreach ((string extension, string type) in MediaTypes)
        {
            if (!IsFieldValue(type) || !type.Contains('/', StringComparison.Ordinal)) yield return $"MediaTypes: '{type}' for '{extension}' is not a media type.";
        }
    }

    private static bool IsFieldValue(string value) => value.Length > 0 && value.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;
}
