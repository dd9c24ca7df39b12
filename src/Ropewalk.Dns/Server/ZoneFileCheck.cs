using System.Globalization;
using Ropewalk.Blocking;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Dns.Zones.Text;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Server;

/// <summary>Reads a zone's files, builds the zone and checks it: all that is between a path and a zone to serve.</summary>
public static class ZoneFileCheck
{
    private const int MostHeadBytes = 64 * 1024;

    /// <summary>Reads, builds and checks the zone of a file, whose name is taken from the file if it is not said.</summary>
    /// <param name="file">The file.</param>
    /// <param name="hash">Hashes the zone's names, with a secret of the process.</param>
    /// <param name="now">The time by which signatures are judged; null to leave that out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The zone and what is wrong with it; or why there is not even that.</returns>
    public static async ValueTask<(ZoneReport? Report, string? Obstacle)> RunAsync(DnsZoneFile file, NameHash hash, DateTimeOffset? now = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            byte[] head = await ReadHeadAsync(file, cancellationToken);
            // Before anything is said of lines, of which it has none.
            if (FindBinary(head) is { } other)
            {
                return (null, other);
            }

            DomainName? apex = file.Apex ?? MasterFileApex.Find(head, file.Path.ToString());
            if (apex is null)
            {
                return (null, "nothing says of which zone it is: neither an SOA with an absolute name nor the file's own name");
            }

            ZoneReport report = await RunAsync(file.Store, file.Path, apex, hash, now, cancellationToken: cancellationToken);
            return file.Apex is null && FindForeign(report) is { } foreign ? (null, foreign) : (report, null);
        }
        catch (FileStoreException e) when (e.Failure == FileStoreFailure.NotFound)
        {
            return (null, "there is no such file");
        }
        catch (FileStoreException e)
        {
            return (null, e.Failure == FileStoreFailure.AccessDenied ? "it cannot be read: permission denied" : e.Reason);
        }
    }

    /// <summary>Reads, builds and checks a zone.</summary>
    /// <param name="store">Where the files are.</param>
    /// <param name="file">The first file.</param>
    /// <param name="apex">The zone's name.</param>
    /// <param name="hash">Hashes its names, with a secret of the process.</param>
    /// <param name="now">The time by which signatures are judged; null to leave that out.</param>
    /// <param name="limits">The bounds of the files; null for the defaults.</param>
    /// <param name="zoneClass">The zone's class.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The zone and what is wrong with it. A file that is missing is one of these, and no exception.</returns>
    public static async ValueTask<ZoneReport> RunAsync(
        IFileStore store,
        FileStorePath file,
        DomainName apex,
        NameHash hash,
        DateTimeOffset? now = null,
        MasterFileLimits? limits = null,
        DnsClass zoneClass = DnsClass.IN,
        CancellationToken cancellationToken = default)
    {
        ZoneBuilder builder = new(apex, hash, zoneClass, keepPositions: true);
        MasterFileParser parser = await new ZoneFileReader(store, limits).ReadAsync(file, apex, builder, zoneClass, cancellationToken);
        return builder.Count < ZoneFileReader.InlineRecords
            ? ZoneReport.Make(parser, builder, now)
            : await BlockingWork.RunAsync(() => ZoneReport.Make(parser, builder, now), cancellationToken);
    }

    /// <summary>Reads, builds and checks all zones of a server's options, as its start does.</summary>
    /// <param name="options">Which files, and by what clock signatures are judged.</param>
    /// <param name="hash">Hashes the zones' names.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static ValueTask<ZoneLoad> RunAllAsync(DnsServerOptions options, NameHash hash, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ZoneLoader(options, hash).LoadAsync(cancellationToken);
    }

    // A zone has escapes for a zero byte, and no other way to have one.
    private static string? FindBinary(ReadOnlySpan<byte> head) => head switch
    {
        [0xff, 0xfe, ..] or [0xfe, 0xff, ..] => "it is no zone file but a text in UTF-16: save it as UTF-8 or ASCII",
        _ when head.IndexOf((byte)0) is var at and >= 0 => string.Create(CultureInfo.InvariantCulture, $"it is no zone file but binary: its byte {at + 1} is zero"),
        _ => null,
    };

    // Any file's name can be taken for a zone's. One without an SOA that has more mistakes than records is another kind of text, and a list of its mistakes helps nobody.
    private static string? FindForeign(ZoneReport report)
    {
        bool hasSoa = !report.Findings.Counts.ContainsKey(ZoneRule.SoaMissing) && !report.Findings.Counts.ContainsKey(ZoneRule.ZoneEmpty);
        int mistakes = report.Findings.Counts.GetValueOrDefault(ZoneRule.Text);
        ZoneFinding[] told = [.. report.Findings.Told.Where(finding => finding.Rule == ZoneRule.Text).Take(1)];
        if (hasSoa || mistakes <= report.Zone.RecordCount || told is not [var first])
        {
            return null;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"it is no zone file: there is no SOA record in it, and {mistakes} of its lines are no records, the first at {report.Locate(first)} ({first.Text}). A zone that it is all the same is named before it: ZONE=FILE");
    }

    private static async ValueTask<byte[]> ReadHeadAsync(DnsZoneFile file, CancellationToken cancellationToken)
    {
        await using IFileStoreFile open = await file.Store.OpenAsync(file.Path, FileStoreMode.Read, cancellationToken);
        byte[] head = new byte[MostHeadBytes];
        int length = 0;
        while (length < head.Length && await open.ReadAsync(length, head.AsMemory(length), cancellationToken) is var count and > 0)
        {
            length += count;
        }

        return head[..length];
    }
}
