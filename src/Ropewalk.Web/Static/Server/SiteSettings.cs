using System.Collections.Frozen;
using Ropewalk.Web.Static.Disk;
using Ropewalk.Web.Static.Files;

namespace Ropewalk.Web.Static.Server;

/// <summary>Holds the options of a site as they were when it took them, with what was made of them.</summary>
internal sealed class SiteSettings
{
    public SiteSettings(StaticSiteOptions options, TimeProvider time)
        : this(options, null, time)
    {
    }

    public SiteSettings(StaticSiteOptions options, ISiteFiles? files, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] faults = [.. options.Validate()];
        if (faults.Length > 0) throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        // not disposed when the next settings come: answers may still be read from it; its one handle closes with the last of them
        Files = files ?? options.Files ?? DiskSiteFiles.Open(options.Folder!, time);
        IndexNames = [.. options.IndexNames];
        Listing = options.Listing;
        MaxListingEntries = options.MaxListingEntries;
        CacheControl = options.CacheControl;
        MediaTypes = options.MediaTypes.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        MaxRanges = options.MaxRanges;
        MaxHotFileBytes = options.CacheBytes == 0 ? -1 : options.MaxCachedFileBytes;
        CheckInterval = (long)(options.CacheCheckInterval.TotalSeconds * time.TimestampFrequency);
        HotFiles = new HotFiles(options.CacheBytes);
    }

    public ISiteFiles Files { get; }

    public string[] IndexNames { get; }

    public bool Listing { get; }

    public int MaxListingEntries { get; }

    public string? CacheControl { get; }

    public FrozenDictionary<string, string> MediaTypes { get; }

    public int MaxRanges { get; }

    /// <summary>The longest file that is kept in memory; -1 if none is.</summary>
    public int MaxHotFileBytes { get; }

    /// <summary>In ticks of the time provider's timestamps.</summary>
    public long CheckInterval { get; }

    public HotFiles HotFiles { get; }
}
