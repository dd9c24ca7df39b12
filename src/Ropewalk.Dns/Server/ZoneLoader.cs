using System.Globalization;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Server;

/// <summary>Reads all zone files beside what is served, and tells everything that is wrong with them at once.</summary>
internal sealed class ZoneLoader(IReadOnlyList<DnsZoneFile> files, IReadOnlyList<Zone> zones, NameHash hash, TimeProvider time)
{
    // What people read of one file; the rest is counted.
    private const int MostTold = 100;

    private readonly List<string> _errors = [];
    private readonly List<string> _warnings = [];
    private readonly List<(DnsZoneFile File, string Name)> _read = [];

    public async ValueTask<ZoneLoad> LoadAsync(CancellationToken cancellationToken)
    {
        List<Zone> all = [.. zones];
        foreach (DnsZoneFile file in files)
        {
            if (await LoadAsync(file, cancellationToken) is not { } zone)
            {
                continue;
            }

            if (all.Find(other => other.Class == zone.Class && other.Apex == zone.Apex) is null)
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
        (ZoneReport? found, string? obstacle) = await ZoneFileCheck.RunAsync(file, hash, time.GetUtcNow(), cancellationToken);
        if (found is not { } report)
        {
            _errors.Add($"{folder}{file.Path}: {obstacle}");
            return null;
        }

        _read.AddRange(report.FileNames.Where(name => name != file.Path.ToString()).Select(name => (file, name)));
        foreach (ZoneFinding finding in report.Findings.Told)
        {
            List<string> told = finding.Severity == ZoneSeverity.Error ? _errors : _warnings;
            if (told.Count < MostTold)
            {
                told.Add($"{folder}{report.Locate(finding)}: {finding.Text}");
            }
        }

        CountRest(_errors, report.Findings.ErrorCount, file, "errors");
        CountRest(_warnings, report.Findings.WarningCount, file, "warnings");
        return report.IsValid ? report.Zone : null;
    }

    private static void CountRest(List<string> told, int count, DnsZoneFile file, string what)
    {
        if (count > MostTold)
        {
            told.Add(string.Create(CultureInfo.InvariantCulture, $"{file.Path}: {count} {what} in all"));
        }
    }
}
