using System.Globalization;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Server;

/// <summary>Reads all zone files beside what is served, and tells everything that is wrong with them at once.</summary>
/// <param name="options">Which files, and the zones that have none.</param>
/// <param name="hash">Hashes the zones' names.</param>
/// <param name="former">What is served: a zone whose file cannot be taken stays as it is in there. Null if nothing is.</param>
internal sealed class ZoneLoader(DnsServerOptions options, NameHash hash, ZoneLoad? former = null)
{
    // What people read of one file; the rest is counted.
    private const int MostTold = 100;

    private readonly List<string> _errors = [];
    private readonly List<(DomainName Zone, IReadOnlyList<string> Errors)> _kept = [];
    private readonly Dictionary<(object Store, string Path), Zone> _zonesOfFiles = [];
    private readonly List<string> _warnings = [];
    private long _readBytes;
    private readonly List<(DnsZoneFile File, string Name)> _read = [];

    public async ValueTask<ZoneLoad> LoadAsync(CancellationToken cancellationToken)
    {
        List<Zone> all = [.. options.Zones];
        var places = all.ToDictionary(zone => (zone.Class, zone.Apex), _ => "the program itself");
        foreach (DnsZoneFile file in options.ZoneFiles)
        {
            List<string> errors = [];
            Zone? zone = await LoadAsync(file, errors, cancellationToken) ?? KeepFormer(file, errors);
            if (zone is null)
            {
                _errors.AddRange(errors);
                continue;
            }

            _zonesOfFiles[PlaceOf(file)] = zone;
            if (places.TryAdd((zone.Class, zone.Apex), ShownPath(file)))
            {
                all.Add(zone);
            }
            else
            {
                _errors.Add($"{ShownPath(file)}: the zone {zone.Apex} is there already, from {places[(zone.Class, zone.Apex)]}");
            }
        }

        return new(_errors.Count == 0 ? new ZoneCatalog(all, hash) : null)
        {
            Errors = _errors,
            Kept = _kept,
            Warnings = _warnings,
            Files = _read,
            ZonesOfFiles = _zonesOfFiles,
            ReadBytes = _readBytes,
        };
    }

    // The same zone: who says that the file is of another one has not had that one served.
    private Zone? KeepFormer(DnsZoneFile file, List<string> errors)
    {
        if (former?.ZonesOfFiles.GetValueOrDefault(PlaceOf(file)) is not { } zone || (file.Apex is { } apex && !apex.Equals(zone.Apex)))
        {
            return null;
        }

        _kept.Add((zone.Apex, errors));
        return zone;
    }

    // As people know the file.
    private static string ShownPath(DnsZoneFile file) => FolderOf(file) + file.Path;

    private static string FolderOf(DnsZoneFile file) => file.Store is DiskFileStore disk ? disk.Folder + "/" : "";

    private static (object, string) PlaceOf(DnsZoneFile file) => (file.Store is DiskFileStore disk ? disk.Folder : file.Store, file.Path.ToString());

    private async ValueTask<Zone?> LoadAsync(DnsZoneFile file, List<string> errors, CancellationToken cancellationToken)
    {
        // Watched also if it cannot be read: it may be mended.
        _read.Add((file, file.Path.ToString()));
        string folder = FolderOf(file);
        (ZoneReport? found, string? obstacle) = await ZoneFileCheck.RunAsync(Told(file), hash, options.TimeProvider.GetUtcNow(), cancellationToken);
        if (found is not { } report)
        {
            errors.Add($"{ShownPath(file)}: {obstacle}");
            return null;
        }

        _readBytes += report.Zone.MemoryBytes;
        _read.AddRange(report.FileNames.Where(name => name != file.Path.ToString()).Select(name => (file, name)));
        Tell(errors, report.Findings.Told.Where(finding => finding.Severity == ZoneSeverity.Error));
        Tell(_warnings, report.Findings.Told.Where(finding => finding.Severity != ZoneSeverity.Error));
        CountRest(errors, report.Findings.ErrorCount, file, "errors");
        CountRest(_warnings, report.Findings.WarningCount, file, "warnings");
        return report.IsValid ? report.Zone : null;

        void Tell(List<string> told, IEnumerable<ZoneFinding> findings) =>
            told.AddRange(findings.Take(MostTold).Select(finding => $"{folder}{report.Locate(finding)}: {finding.Text}"));
    }

    private DnsZoneFile Told(DnsZoneFile file) => options.BeforeReading is { } tell && file.Store is DiskFileStore disk
        ? file with { Store = new ToldFileStore(disk, path => tell(Path.Combine(disk.Folder, path.ToString()))) }
        : file;

    private static void CountRest(List<string> told, int count, DnsZoneFile file, string what)
    {
        if (count > MostTold)
        {
            told.Add(string.Create(CultureInfo.InvariantCulture, $"{file.Path}: {count} {what} in all"));
        }
    }
}
