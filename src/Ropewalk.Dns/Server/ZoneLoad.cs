using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Server;

/// <summary>Is what came out of reading all zone files once.</summary>
public sealed class ZoneLoad
{
    internal ZoneLoad(ZoneCatalog? catalog, IReadOnlyList<string> errors, IReadOnlyList<string> warnings, IReadOnlyList<(DnsZoneFile File, string Name)> files)
    {
        Catalog = catalog;
        Errors = errors;
        Warnings = warnings;
        Files = files;
    }

    /// <summary>Gets the zones; null if there is an error.</summary>
    public ZoneCatalog? Catalog { get; }

    /// <summary>Gets all that is wrong, each with its file, line and column.</summary>
    public IReadOnlyList<string> Errors { get; }

    /// <summary>Gets what is odd, in the same form.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Gets the files that were read, those included that others include, by their names in the store of their zone.</summary>
    public IReadOnlyList<(DnsZoneFile File, string Name)> Files { get; }
}
