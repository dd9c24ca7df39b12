using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ropewalk.Transports;

namespace Ropewalk.Diagnostics;

/// <summary>
/// Holds the engine's instruments. What happens often (bytes, datagrams, connections) is read from the ledgers when a collector asks;
/// what happens seldom is recorded where it happens. Names, units and tags: <c>docs/metrics.md</c>. No tag holds what a peer sent.
/// </summary>
internal static class EngineMeter
{
    /// <summary>The service's name.</summary>
    public const string ServiceTag = "ropewalk.service";

    /// <summary>The endpoint string, its secrets hidden.</summary>
    public const string EndpointTag = "ropewalk.endpoint";

    /// <summary>The reason why a connection ended, in snake case.</summary>
    public const string ReasonTag = "ropewalk.end.reason";

    /// <summary>The limit's name.</summary>
    public const string LimitTag = "ropewalk.limit";

    /// <summary>The type of an error; absent on success.</summary>
    public const string ErrorTag = "error.type";

    /// <summary>The meter.</summary>
    public static readonly Meter Meter = new(RopewalkDiagnostics.MeterName, typeof(EngineMeter).Assembly.GetName().Version?.ToString(3));

    private static readonly Counter<long> LimitHits = Meter.CreateCounter<long>(
        "ropewalk.limit.hits", "{hit}", "Times that a limit refused, paused or ended something.");

    private static readonly Histogram<double> Handshakes = Meter.CreateHistogram<double>(
        "ropewalk.tls.handshake.duration", "s", "Duration of TLS handshakes, failed ones included.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    private static readonly Histogram<double> Stalls = Meter.CreateHistogram<double>(
        "ropewalk.loop.stall.duration", "s", "Time for which a handler kept an event loop from turning.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    private static readonly Counter<long> Reloads = Meter.CreateCounter<long>(
        "ropewalk.reloads", "{reload}", "Reloads of the configuration, refused ones included.");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>(
        "ropewalk.connection.duration", "s", "Time for which connections were open.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.1, 1, 10, 60, 300, 1800, 7200, 86400] });

    private static readonly string[] ReasonNames = [.. Enum.GetNames<ConnectionEndReason>().Select(SnakeCase)];
    private static readonly Lock ObservedLock = new();
    private static ImmutableArray<Func<IEnumerable<EndpointTraffic>>> _observed = [];

    static EngineMeter()
    {
        Meter.CreateObservableUpDownCounter(
            "ropewalk.connections.active", () => Each(totals => totals.Live), "{connection}", "Connections that are open.");
        Meter.CreateObservableCounter(
            "ropewalk.connections.accepted", () => Each(totals => totals.Accepted), "{connection}", "Connections that were accepted, refused ones included.");
        Meter.CreateObservableCounter(
            "ropewalk.connections.ended", EachEnd, "{connection}", "Connections that have ended, by reason.");
        Meter.CreateObservableCounter(
            "ropewalk.connections.refused", () => Each(totals => totals.Refused + totals.EndedBy(ConnectionEndReason.LimitExceeded)), "{connection}",
            "Connections that an address filter, an admission rule or a limit refused or ended.");
        Meter.CreateObservableCounter(
            "ropewalk.accept.errors", () => Each(totals => totals.AcceptErrors), "{error}", "Errors of accept loops, which went on.");
        Meter.CreateObservableCounter("ropewalk.received", () => Each(totals => totals.ReceivedBytes), "By", "Bytes received from peers.");
        Meter.CreateObservableCounter("ropewalk.sent", () => Each(totals => totals.SentBytes), "By", "Bytes sent to peers.");
        Meter.CreateObservableCounter(
            "ropewalk.datagrams.received", () => Each(totals => totals.ReceivedDatagrams), "{datagram}", "Datagrams received.");
        Meter.CreateObservableCounter("ropewalk.datagrams.sent", () => Each(totals => totals.SentDatagrams), "{datagram}", "Datagrams sent.");
        Meter.CreateObservableCounter(
            "ropewalk.datagrams.dropped", () => Each(totals => totals.DroppedDatagrams), "{datagram}", "Datagrams that were lost here.");
    }

    /// <summary>Adds endpoints to what collectors observe, until the result is disposed.</summary>
    public static IDisposable Observe(Func<IEnumerable<EndpointTraffic>> traffic)
    {
        lock (ObservedLock)
        {
            _observed = _observed.Add(traffic);
        }

        return new Observation(traffic);
    }

    /// <summary>Records the end of a connection.</summary>
    public static void ConnectionEnded(string? service, TimeSpan duration, ConnectionEndReason reason)
    {
        if (reason == ConnectionEndReason.SendQueueExceeded)
        {
            LimitHit("output-queue");
        }

        if (Durations.Enabled)
        {
            Durations.Record(duration.TotalSeconds, new(ServiceTag, service ?? ""), new(ReasonTag, ReasonNames[(int)reason]));
        }
    }

    /// <summary>Records that a limit refused, paused or ended something.</summary>
    /// <param name="limit">The name of the policy, with the one of its limits where it has several; or <c>output-queue</c>.</param>
    public static void LimitHit(string limit) => LimitHits.Add(1, new KeyValuePair<string, object?>(LimitTag, limit));

    /// <summary>Records a TLS handshake.</summary>
    /// <param name="duration">How long it took.</param>
    /// <param name="role"><c>server</c> or <c>client</c>.</param>
    /// <param name="protocolVersion"><c>1.2</c>, <c>1.3</c>; null where none was agreed on.</param>
    /// <param name="errorType">Null on success, or a fixed word: <c>timeout</c>, <c>peer_reset</c>, <c>authentication</c>.</param>
    public static void Handshake(TimeSpan duration, string role, string? protocolVersion, string? errorType = null)
    {
        if (!Handshakes.Enabled)
        {
            return;
        }

        var tags = new TagList { { "ropewalk.role", role } };
        if (protocolVersion is not null)
        {
            tags.Add("tls.protocol.version", protocolVersion);
        }

        if (errorType is not null)
        {
            tags.Add(ErrorTag, errorType);
        }

        Handshakes.Record(duration.TotalSeconds, tags);
    }

    /// <summary>Records that a handler kept an event loop from turning.</summary>
    /// <param name="handler">The handler's type name.</param>
    /// <param name="duration">For how long, so far.</param>
    public static void LoopStalled(string handler, TimeSpan duration)
        => Stalls.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("ropewalk.handler", handler));

    /// <summary>Records a reload.</summary>
    /// <param name="succeeded">True if the new configuration is in force.</param>
    public static void Reloaded(bool succeeded)
        => Reloads.Add(1, new KeyValuePair<string, object?>("ropewalk.outcome", succeeded ? "applied" : "refused"));

    /// <summary>Writes a name of the code as tags are written: <c>PeerReset</c> becomes <c>peer_reset</c>.</summary>
    public static string SnakeCase(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) ? $"{(i == 0 ? "" : "_")}{char.ToLowerInvariant(c)}" : $"{c}"));

    private static IEnumerable<Measurement<long>> Each(Func<TrafficTotals, long> read)
    {
        foreach (Func<IEnumerable<EndpointTraffic>> traffic in Observed)
        {
            foreach (EndpointTraffic endpoint in traffic())
            {
                yield return new Measurement<long>(read(endpoint.Totals), new(ServiceTag, endpoint.Service), new(EndpointTag, endpoint.Endpoint));
            }
        }
    }

    private static IEnumerable<Measurement<long>> EachEnd()
    {
        foreach (Func<IEnumerable<EndpointTraffic>> traffic in Observed)
        {
            foreach (EndpointTraffic endpoint in traffic())
            {
                foreach ((ConnectionEndReason reason, long count) in endpoint.Totals.Ended)
                {
                    yield return new Measurement<long>(
                        count, new(ServiceTag, endpoint.Service), new(EndpointTag, endpoint.Endpoint), new(ReasonTag, ReasonNames[(int)reason]));
                }
            }
        }
    }

    private static ImmutableArray<Func<IEnumerable<EndpointTraffic>>> Observed
    {
        get
        {
            lock (ObservedLock)
            {
                return _observed;
            }
        }
    }

    private sealed class Observation(Func<IEnumerable<EndpointTraffic>> traffic) : IDisposable
    {
        public void Dispose()
        {
            lock (ObservedLock)
            {
                _observed = _observed.Remove(traffic);
            }
        }
    }
}
