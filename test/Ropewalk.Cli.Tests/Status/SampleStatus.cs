using Ropewalk.Cli.Status;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Cli.Tests.Status;

/// <summary>Makes a status with a bit of everything, the same each time.</summary>
internal static class SampleStatus
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    /// <summary>A process with three services, one of them failed.</summary>
    public static StatusView View { get; } = new(Snapshot(), Connections(), Samples())
    {
        Parts = [Part()],
        Machine = "ropery",
        Version = "0.1.0",
        ProcessId = 4711,
        WorkingSetBytes = 61_234_567,
        ProcessorTime = TimeSpan.FromSeconds(12.34),
    };

    private static StatusSnapshot Snapshot()
    {
        TrafficTotals busy = Totals(47, 18_233, 92_233_720, 7_441_002_113) with { AcceptErrors = 2 };
        ServiceStatus[] services =
        [
            Service("web", "web", ServiceState.Running, null, Endpoint("tcp:127.0.0.1:8080", "127.0.0.1:8080", busy), Endpoint("tls:8443:cert=site.pem", "[::]:8443", Totals(3, 120, 55_000, 1_200_000))),
            Service("to-db", "forward", ServiceState.Running, null, Endpoint("tcp:127.0.0.1:0", "127.0.0.1:40123", Totals(12, 400, 8_000_000, 9_000_000, limits: 31, failures: 4))),
            Service("old <site>", "web", ServiceState.Failed, "tcp:127.0.0.1:80: no permission to listen here", new EndpointStatus("tcp:127.0.0.1:80", null, ServiceState.Failed, "no permission to listen here", TrafficTotals.Zero)),
            Service("status", "status", ServiceState.Running, null, Endpoint("tcp:127.0.0.1:8090", "127.0.0.1:8090", Totals(1, 9, 20_000, 400_000))),
        ];
        return new StatusSnapshot(Now, new TimeSpan(3, 4, 5, 6), ServiceState.Failed, services, new ReloadStatus(Now.AddMinutes(-12), false, ["ropewalk.yaml:4:12: 'listen': at offset 4 of the endpoint: expected a port, 0 to 65535"]));
    }

    private static ServiceStatus Service(string name, string kind, ServiceState state, string? error, params EndpointStatus[] endpoints)
    {
        return new ServiceStatus(name, kind, state, Now.AddDays(-3), error, endpoints, endpoints.Aggregate(TrafficTotals.Zero, (sum, e) => sum + e.Totals));
    }

    private static EndpointStatus Endpoint(string endpoint, string bound, TrafficTotals totals) => new(endpoint, bound, ServiceState.Running, null, totals);

    private static TrafficTotals Totals(long live, long accepted, long received, long sent, long limits = 0, long failures = 0) => new()
    {
        Live = live,
        Accepted = accepted,
        ReceivedBytes = received,
        SentBytes = sent,
        Ended = new Dictionary<ConnectionEndReason, long>
        {
            [ConnectionEndReason.Completed] = accepted - live - limits - failures,
            [ConnectionEndReason.LimitExceeded] = limits,
            [ConnectionEndReason.HandlerFailed] = failures,
        },
    };

    private static ConnectionStatus[] Connections() =>
    [
        .. Enumerable.Range(0, 8).Select(i => new ConnectionStatus(
            $"0HNA{i:D4}", i % 3 == 0 ? "to-db" : "web", i % 3 == 0 ? "tcp:127.0.0.1:0" : "tcp:127.0.0.1:8080", i == 7 ? null : $"192.0.2.{10 + (i * 7)}:{50000 + (i * 131)}",
            TimeSpan.FromSeconds(90_000 >> (i * 2)), 1234L << (i * 2), 77L << (i * 3), i * 900)),
    ];

    private static StatusPartView Part() => new(
        "names",
        [new("queries", "Queries", 1_234_567, IsTotal: true), new("rateLimited", "Rate limited", 0, IsTotal: true), new("records", "Records served", 98_765)],
        [
            new("topNames", "Top names, last minutes", [new("queryName", "Name"), new("count", "Queries")], [new("www.example.org.", 4000), new("<script>alert(1)</script>\u001b\u202egro.", 1000), new("\"'&.", 1)], HasShares: true),
            new("topClients", "Top clients, last minutes", [new("network", "Network"), new("count", "Queries")], [], HasShares: true),
            new("zones", "Zones", [new("zone", "Zone"), new("serial", "Serial", IsOrdinal: true), new("records", "Records")], [new("example.org.", 2026031401, 98_765)]),
        ],
        new Dictionary<string, IReadOnlyList<double>> { ["queries"] = [.. Enumerable.Range(0, 60).Select(i => 2000 + (300 * Math.Sin(i / 5.0)))], ["rateLimited"] = [] });

    private static StatusSample[] Samples()
    {
        return
        [
            .. Enumerable.Range(0, 110).Select(i => new StatusSample(
                (long)(40 + (12 * Math.Sin(i / 9.0)) + (i % 5)),
                60_000 + (40_000 * Math.Sin(i / 6.0)) + ((i * 7919) % 20_000),
                4_000_000 + (3_000_000 * Math.Sin(i / 14.0)) + ((i * 104729) % 900_000),
                8 + (5 * Math.Sin(i / 4.0)) + (i % 3))),
        ];
    }
}
