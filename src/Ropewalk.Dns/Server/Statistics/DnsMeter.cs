using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Holds the instruments of DNS servers. All are read from the servers' own counts when a collector asks. Names, units and tags: <c>docs/metrics.md</c>.</summary>
internal static class DnsMeter
{
    private const string ServiceTag = "ropewalk.service";
    private const string TransportTag = "ropewalk.dns.transport";
    private const string CodeTag = "ropewalk.dns.code";
    private const string TypeTag = "ropewalk.dns.type";
    // What Prometheus calls it, so that histogram_quantile takes it.
    private const string BoundTag = "le";

    private static readonly Meter Meter = new(RopewalkDiagnostics.MeterName, typeof(DnsMeter).Assembly.GetName().Version?.ToString(3));
    private static readonly Lock ObservedLock = new();
    private static ImmutableArray<DnsServer> _observed = [];

    static DnsMeter()
    {
        Meter.CreateObservableCounter("ropewalk.dns.queries", () => Each(TransportTag, counts => counts.Queries.Select(one => (NameOf(one.Key), one.Value))), "{query}", "Queries that came, by transport.");
        Meter.CreateObservableCounter("ropewalk.dns.queries.by.type", () => Each(TypeTag, counts => counts.Types.Select(one => (NameOf(one.Key), one.Value))), "{query}", "Queries that came, by the type that was asked for.");
        Meter.CreateObservableCounter("ropewalk.dns.responses", () => Each(CodeTag, counts => counts.Responses.Select(one => (one.Key.Mnemonic(), one.Value))), "{response}", "Queries that were answered, by result.");
        Meter.CreateObservableCounter("ropewalk.dns.unanswered", () => Each(counts => counts.Unanswered), "{query}", "Queries that were not answered.");
        Meter.CreateObservableCounter("ropewalk.dns.truncated", () => Each(counts => counts.Truncated), "{response}", "Answers that were cut to fit, or to limit the rate.");
        Meter.CreateObservableCounter("ropewalk.dns.rate_limited", () => Each("ropewalk.dns.verdict", counts => [("dropped", counts.RateDropped), ("truncated", counts.RateTruncated)]), "{response}", "Answers that were not sent, or cut, because of the rate's limit.");
        Meter.CreateObservableCounter("ropewalk.dns.transfers", () => Each(counts => counts.Transfers), "{transfer}", "Transfers of zones that have begun.");
        Meter.CreateObservableCounter("ropewalk.dns.received", () => Each(counts => counts.ReceivedBytes), "By", "Bytes of queries.");
        Meter.CreateObservableCounter("ropewalk.dns.sent", () => Each(counts => counts.SentBytes), "By", "Bytes of answers, without those of transfers.");
        Meter.CreateObservableCounter("ropewalk.dns.duration.bucket", () => Each(BoundTag, Cumulate), "{query}", "Queries that were answered within so many seconds, as the buckets of a histogram.");
        Meter.CreateObservableUpDownCounter("ropewalk.dns.zones", () => EachServer(server => server.Catalog.Zones.Count), "{zone}", "Zones that are served.");
        Meter.CreateObservableUpDownCounter("ropewalk.dns.zones.kept", () => EachServer(server => server.KeptZones.Count), "{zone}", "Zones that are served as they were, because what their files say now cannot be taken.");
        Meter.CreateObservableUpDownCounter("ropewalk.dns.records", () => EachServer(server => server.Catalog.Zones.Sum(zone => (long)zone.RecordCount)), "{record}", "Records of the zones that are served.");
    }

    /// <summary>Adds a server to what collectors observe, until the result is disposed.</summary>
    public static IDisposable Observe(DnsServer server)
    {
        lock (ObservedLock)
        {
            _observed = _observed.Add(server);
        }

        return new Observation(server);
    }

    private static IEnumerable<Measurement<long>> Each(Func<DnsCounts, long> count) =>
        from service in Services()
        select new Measurement<long>(service.Sum(server => count(server.Statistics.Capture())), new KeyValuePair<string, object?>(ServiceTag, service.Key));

    private static IEnumerable<Measurement<long>> Each(string tag, Func<DnsCounts, IEnumerable<(string Name, long Count)>> count) =>
        from service in Services()
        from value in service.SelectMany(server => count(server.Statistics.Capture())).GroupBy(one => one.Name, one => one.Count)
        select new Measurement<long>(value.Sum(), new KeyValuePair<string, object?>(ServiceTag, service.Key), new KeyValuePair<string, object?>(tag, value.Key));

    // The last one is in force; the one before it, after a reload, only has to end.
    private static IEnumerable<Measurement<long>> EachServer(Func<DnsServer, long> count) =>
        from service in Services()
        select new Measurement<long>(count(service.Last()), new KeyValuePair<string, object?>(ServiceTag, service.Key));

    // While a reload replaces a server both are here for a moment, with the same tags.
    private static IEnumerable<IGrouping<string, DnsServer>> Services() => _observed.GroupBy(server => server.Statistics.ServiceName, StringComparer.Ordinal);

    private static IEnumerable<(string Bound, long Count)> Cumulate(DnsCounts counts)
    {
        long below = 0;
        foreach ((TimeSpan within, long count) in counts.Durations)
        {
            below += count;
            yield return (within < TimeSpan.Zero ? "+Inf" : within.TotalSeconds.ToString("0.########", CultureInfo.InvariantCulture), below);
        }
    }

    private static string NameOf(DnsTransport transport) => transport switch
    {
        DnsTransport.Udp => "udp",
        DnsTransport.Tcp => "tcp",
        _ => "tls",
    };

    private static string NameOf(DnsType type) => type == DnsType.None ? "other" : type.Mnemonic();

    private sealed class Observation(DnsServer server) : IDisposable
    {
        public void Dispose()
        {
            lock (ObservedLock)
            {
                _observed = _observed.Remove(server);
            }
        }
    }
}
