using System.Globalization;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Server;

/// <summary>Reads all zone files beside what is served, and tells everything that is wrong with them at once.</summary>
internal sealed class ZoneLoader(IReadOnlyList<DnsZoneFile> files, IReadOnlyList<Zone> zones, NameHash hash, TimeProvider time, Func<string, ValueTask>? beforeReading)
{
    // What people read of one file; the rest is counted.
    private const int MostTold = 100;

    private readonly List<string> _errors = [];
    private readonly List<string> _warnings = [];
    private readonly List<(DnsZoneFile File, string Name)> _read = [];

    public async ValueTask<ZoneLoad> LoadAsync(CancellationToken cancellationToken)
    {
        List<Zone> all = [.. zones];
        HashSet<(DnsClass, DomainName)> names = [.. zones.Select(zone => (zone.Class, zone.Apex))];
        foreach (DnsZoneFile file in files)
        {
            if (await LoadAsync(file, cancellationToken) is not { } zone)
            {
                continue;
            }

            if (names.Add((zone.Class, zone.Apex)))
            {
                all.Add(zone);
            }
            else
            {
                _errors.Add($"{file.Path}: the zone {zone.Apex} is there already");
            }
        }

        return new(_errors.Count == 0 ? new ZoneCatalog(all, hash) : null, _errors, _warnings, _read);
    }

    private async ValueTask<Zone?> LoadAsync(DnsZoneFile file, CancellationToken cancellationToken)
    {
        // Watched also if it cannot be read: it may be mended.
        _read.Add((file, file.Path.ToString()));
        // As people know the file.
        string folder = file.Store is DiskFileStore disk ? disk.Folder + "/" : "";
        (ZoneReport? found, string? obstacle) = await ZoneFileCheck.RunAsync(Told(file), hash, time.GetUtcNow(), cancellationToken);
        if (found is not { } report)
        {
            _errors.Add($"{folder}{file.Path}: {obstacle}");
            return null;
        }

        _read.AddRange(report.FileNames.Where(name => name != file.Path.ToString()).Select(name => (file, name)));
        Tell(_errors, report.Findings.Told.Where(finding => finding.Severity == ZoneSeverity.Error));
        Tell(_warnings, report.Findings.Told.Where(finding => finding.Severity != ZoneSeverity.Error));
        CountRest(_errors, report.Findings.ErrorCount, file, "errors");
        CountRest(_warnings, report.Findings.WarningCount, file, "warnings");
        return report.IsValid ? report.Zone : null;

        void Tell(List<string> told, IEnumerable<ZoneFinding> findings) =>
            told.AddRange(findings.Take(MostTold).Select(finding => $"{folder}{report.Locate(finding)}: {finding.Text}"));
    }

    private DnsZoneFile Told(DnsZoneFile file) => beforeReading is { } tell && file.Store is DiskFileStore disk
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
