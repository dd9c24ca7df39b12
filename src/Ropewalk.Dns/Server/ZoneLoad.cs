using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Server;

/// <summary>Is what came out of reading all zone files once.</summary>
public sealed class ZoneLoad
{
    internal ZoneLoad(ZoneCatalog? catalog)
    {
        Catalog = catalog;
    }

    /// <summary>Gets the zones; null if there is an error.</summary>
    public ZoneCatalog? Catalog { get; }

    /// <summary>Gets all that is wrong, each with its file, line and column.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>Gets the zones whose files cannot be taken, with all that is wrong with them: each is in the catalog as it was served before, so that a mistake in one does not hold up the others.</summary>
    public required IReadOnlyList<(DomainName Zone, IReadOnlyList<string> Errors)> Kept { get; init; }

    /// <summary>Gets what is odd, in the same form.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Gets the files that were read, those included that others include, by their names in the store of their zone.</summary>
    public required IReadOnlyList<(DnsZoneFile File, string Name)> Files { get; init; }

    /// <summary>Gets how much memory the zones take that were read, those with mistakes included.</summary>
    internal long ReadBytes { get; init; }

    /// <summary>Gets the zone of each file.</summary>
    internal IReadOnlyDictionary<(object Store, string Path), Zone> ZonesOfFiles { get; init; } = new Dictionary<(object Store, string Path), Zone>();
}
