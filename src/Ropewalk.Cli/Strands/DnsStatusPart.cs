using System.Globalization;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Cli.Strands;

/// <summary>Tells of a DNS server what the status page shows.</summary>
internal sealed class DnsStatusPart(DnsServer server) : IStatusPart
{
    // as many as a screen shows; a server may have ten thousand zones
    private const int MostRows = 10;
    private const int MostZones = 50;

    /// <inheritdoc/>
    public IReadOnlyList<StatusFigure> CaptureFigures()
    {
        DnsCounts counts = server.Statistics.Capture();
        return
        [
            new("queries", "Queries", counts.Total, IsTotal: true),
            new("unanswered", "Not answered", counts.Unanswered, IsTotal: true),
            new("rateLimited", "Rate limited", counts.RateDropped + counts.RateTruncated, IsTotal: true),
            new("truncated", "Truncated", counts.Truncated, IsTotal: true),
            new("transfers", "Transfers", counts.Transfers),
            new("keptZones", "Zones kept as they were", server.KeptZones.Count),
            new("records", "Records served", server.Catalog.Zones.Sum(zone => (long)zone.RecordCount)),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<StatusTable> CaptureTables()
    {
        DnsCounts counts = server.Statistics.Capture();
        List<StatusTable> tables =
        [
            Shares("answersByCode", "Answers by code", "code", "Code", counts.Responses.OrderByDescending(one => one.Value).Select(one => (one.Key.Mnemonic(), one.Value))),
            Shares("durations", "Time per query", "within", "Within", Trim(counts.Durations).Select(one => (Duration(one.Within), one.Count))),
            Shares("transports", "Queries by transport", "transport", "Transport", counts.Queries.Where(one => one.Value > 0).Select(one => (one.Key.ToString().ToUpperInvariant(), one.Value))),
            Shares("topTypes", "Top types, last minutes", "type", "Type", server.Statistics.ListTopTypes(MostRows).Select(one => (one.Type.Mnemonic(), one.Count))),
        ];
        if (server.Statistics.Options.TopNames)
        {
            tables.Add(Shares("topNames", "Top names, last minutes", "queryName", "Name", server.Statistics.ListTopNames(MostRows).Select(one => (one.Name.ToString(), one.Count))));
        }

        if (server.Statistics.Options.TopClients)
        {
            tables.Add(Shares("topClients", "Top clients, last minutes", "network", "Network", server.Statistics.ListTopClients(MostRows).Select(one => (one.Network.ToString(), one.Count))));
        }

        tables.Add(Zones(server.Catalog.Zones));
        return tables;
    }

    private static StatusTable Zones(IReadOnlyList<Zone> zones) => new(
        "zones",
        zones.Count > MostZones ? $"The first {MostZones} of {zones.Count.ToString(CultureInfo.InvariantCulture)} zones" : "Zones",
        [new("zone", "Zone"), new("serial", "Serial", IsOrdinal: true), new("records", "Records"), new("names", "Names")],
        [.. zones.Take(MostZones).Select(zone => new StatusRow(zone.Apex.ToString(), zone.Serial, zone.RecordCount, zone.NodeCount))]);

    private static StatusTable Shares(string name, string title, string column, string columnTitle, IEnumerable<(string Text, long Count)> rows) =>
        new(name, title, [new(column, columnTitle), new("count", "Queries")], [.. rows.Select(row => new StatusRow(row.Text, row.Count))], HasShares: true);

    // without what lies empty at both ends
    private static IReadOnlyList<(TimeSpan Within, long Count)> Trim(IReadOnlyList<(TimeSpan Within, long Count)> durations)
    {
        int first = 0, end = durations.Count;
        while (first < end && durations[first].Count == 0)
        {
            first++;
        }

        while (end > first && durations[end - 1].Count == 0)
        {
            end--;
        }

        return [.. durations.Skip(first).Take(end - first)];
    }

    private static string Duration(TimeSpan within) => within switch
    {
        { Ticks: < 0 } => "longer",
        { TotalMilliseconds: >= 1 } => $"{within.TotalMilliseconds.ToString("0.#", CultureInfo.InvariantCulture)} ms",
        _ => $"{within.TotalMicroseconds.ToString("0.#", CultureInfo.InvariantCulture)} µs",
    };
}
