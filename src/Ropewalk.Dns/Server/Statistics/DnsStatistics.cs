using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Counts what a DNS server answers. What names and what clients come most is kept of the last five to ten minutes; everything else since the start.</summary>
/// <remarks>
/// Each worker of a datagram port has a tally of its own, streams have one together. Memory does not depend on what is asked. <b>Call</b>: what reads, from any thread; it holds up nobody.
/// </remarks>
public sealed class DnsStatistics
{
    // Ports times workers, those included that a reload has closed. A tally has 200 KB; over it, workers share the streams'.
    private const int MostTallies = 64;

    private readonly ILoggerFactory? _loggerFactory;
    private volatile DnsStatisticsOptions _options;
    private volatile QueryLog? _log;
    private readonly NameHash _hash;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Lock _sharedLock = new();
    private readonly QueryTally _shared;
    private ImmutableArray<(IDatagramPort Port, int Worker, QueryTally Tally)> _workers = [];

    /// <summary>Makes the books, empty.</summary>
    /// <param name="options">What is counted.</param>
    /// <param name="hash">A hash with a secret.</param>
    /// <param name="loggerFactory">Where queries are told of.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its bounds.</exception>
    public DnsStatistics(DnsStatisticsOptions options, NameHash hash, ILoggerFactory? loggerFactory = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _hash = hash.NotDefault();
        _time = time ?? TimeProvider.System;
        _loggerFactory = loggerFactory;
        _log = MakeLog(options);
        _shared = MakeTally();
    }

    /// <summary>Gets the name under which metrics are told.</summary>
    public string ServiceName => _options.ServiceName;

    /// <summary>Gets or sets what limits the rate of answers; null if nothing does.</summary>
    internal RateLimitedResponder? RateLimits { get; set; }

    /// <summary>Gets what tells of queries; null if nothing does.</summary>
    internal QueryLog? Log => _log;

    /// <summary>Gets what is counted.</summary>
    public DnsStatisticsOptions Options => _options;

    /// <summary>Counts and tells of other things from here on; all numbers stay, and the name under which metrics are told.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its bounds; nothing has changed.</exception>
    public void Update(DnsStatisticsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        lock (_lock)
        {
            DnsStatisticsOptions former = _options;
            _options = new DnsStatisticsOptions { ServiceName = former.ServiceName, TopNames = options.TopNames, TopClients = options.TopClients, LogEvery = options.LogEvery, LogLinesPerSecond = options.LogLinesPerSecond };
            if (former.LogEvery > 0 != options.LogEvery > 0 || former.LogLinesPerSecond != options.LogLinesPerSecond)
            {
                _log = MakeLog(options);
            }

            foreach (QueryTally tally in Tallies())
            {
                tally.Update(options.TopNames, options.TopClients, _log is null ? 0 : options.LogEvery);
            }
        }
    }

    /// <summary>Adds up what has been counted.</summary>
    public DnsCounts Capture()
    {
        var sums = new DnsStatisticsSums();
        foreach (QueryTally tally in Tallies())
        {
            tally.AddTo(sums);
        }

        return new DnsCounts
        {
            Queries = Enumerable.Range(0, sums.Queries.Length).ToDictionary(i => (DnsTransport)i, i => sums.Queries[i]),
            Responses = Present(sums.Responses, i => (DnsResponseCode)i),
            Types = Present(sums.Types.AsSpan(0, TypeSlots.Unread), TypeSlots.TypeOf),
            Durations = [.. sums.Durations.Select((count, i) => (DurationBuckets.BoundOf(i), count))],
            Truncated = sums.Truncated,
            Unanswered = sums.Unanswered,
            RateDropped = RateLimits?.DroppedCount ?? 0,
            RateTruncated = RateLimits?.TruncatedCount ?? 0,
            Transfers = sums.Transfers,
            ReceivedBytes = sums.ReceivedBytes,
            SentBytes = sums.SentBytes,
        };
    }

    /// <summary>Lists the names that were asked for most lately, with about how often; none if that is not counted.</summary>
    public IReadOnlyList<(DomainName Name, long Count)> ListTopNames(int most = 10) =>
        List(tally => tally.Names, most, static key => DomainName.Decode(key, out DomainName? name) == DnsViolation.None ? name!.ToLower() : DomainName.Root);

    /// <summary>Lists the networks that asked most lately, with about how often; none if that is not counted. The source of a datagram may be forged.</summary>
    public IReadOnlyList<(PeerPrefix Network, long Count)> ListTopClients(int most = 10) => List(tally => tally.Clients, most, ClientNetwork.ReadKey);

    /// <summary>Lists the types that were asked for most lately, with about how often.</summary>
    public IReadOnlyList<(DnsType Type, long Count)> ListTopTypes(int most = 10) => List(tally => tally.Types, most, static key => (DnsType)((key[0] << 8) | key[1]));

    /// <summary>Gets the tally of a port's worker; null if there are too many.</summary>
    internal QueryTally? Enter(IDatagramPort port, int worker)
    {
        ImmutableArray<(IDatagramPort Port, int Worker, QueryTally Tally)> workers = _workers;
        // Of a server with one port the first look finds it.
        if ((uint)worker < (uint)workers.Length && workers[worker].Port == port && workers[worker].Worker == worker)
        {
            return workers[worker].Tally;
        }

        foreach ((IDatagramPort one, int number, QueryTally tally) in workers)
        {
            if (one == port && number == worker)
            {
                return tally;
            }
        }

        return AddWorker(port, worker);
    }

    /// <summary>Counts one query of a stream, or of a worker that has no tally.</summary>
    internal void CountShared(ReadOnlySpan<byte> message, in MessageOrigin origin, ReadOnlySpan<byte> response, bool isTransfer, long ticks)
    {
        bool isSampled;
        lock (_sharedLock)
        {
            if (isTransfer)
            {
                _shared.CountTransfer(message);
            }
            else
            {
                _shared.Count(message, response);
            }

            _shared.CountBatch(origin.Transport, 1, message, origin.Peer, origin.Now, ticks);
            isSampled = _shared.TakeSample(1) >= 0;
        }

        if (isSampled)
        {
            Log?.Write(message, origin, response, ticks);
        }
    }

    private QueryTally? AddWorker(IDatagramPort port, int worker)
    {
        lock (_lock)
        {
            foreach ((IDatagramPort one, int number, QueryTally tally) in _workers)
            {
                if (one == port && number == worker)
                {
                    return tally;
                }
            }

            if (_workers.Length >= MostTallies)
            {
                return null;
            }

            QueryTally made = MakeTally();
            _workers = _workers.Add((port, worker, made));
            return made;
        }
    }

    private QueryLog? MakeLog(DnsStatisticsOptions options) =>
        options.LogEvery > 0 && _loggerFactory is not null ? new QueryLog(_loggerFactory.CreateLogger(QueryLog.Category), options.LogLinesPerSecond) : null;

    private QueryTally MakeTally() => new(_hash, _options.TopNames, _options.TopClients, Log is null ? 0 : _options.LogEvery);

    private IEnumerable<QueryTally> Tallies() => _workers.Select(worker => worker.Tally).Append(_shared);

    private List<(T Key, long Count)> List<T>(Func<QueryTally, RecentHitters?> sketch, int most, KeyReader<T> read)
    {
        Dictionary<ulong, (byte[] Key, long Count)> sums = [];
        foreach (QueryTally tally in Tallies())
        {
            if (sketch(tally) is { } hitters)
            {
                Copy(tally, hitters, sums);
            }
        }

        return [.. sums.Values.OrderByDescending(one => one.Count).ThenBy(one => Convert.ToHexString(one.Key), StringComparer.Ordinal).Take(most).Select(one => (read(one.Key), one.Count))];
    }

    private void Copy(QueryTally tally, RecentHitters hitters, Dictionary<ulong, (byte[] Key, long Count)> sums)
    {
        SpinWait spin = default;
        while (!tally.TryEnter())
        {
            // The worker holds it for less than a microsecond.
            spin.SpinOnce();
        }

        try
        {
            hitters.Turn(_time.GetUtcNow());
            Sum(hitters.Former, sums);
            Sum(hitters.Fed, sums);
        }
        finally
        {
            tally.Leave();
        }
    }

    private static void Sum(HeavyHitters hitters, Dictionary<ulong, (byte[] Key, long Count)> sums)
    {
        for (int i = 0; i < hitters.Count; i++)
        {
            HeavyHitter one = hitters.Counters[i];
            // What the counter had stood at before belongs to others.
            long count = one.Count - one.Excess;
            sums[one.Hash] = sums.TryGetValue(one.Hash, out (byte[] Key, long Count) sum) ? (sum.Key, sum.Count + count) : (hitters[i].ToArray(), count);
        }
    }

    private static Dictionary<T, long> Present<T>(ReadOnlySpan<long> counts, Func<int, T> keyOf)
        where T : notnull
    {
        Dictionary<T, long> present = [];
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                present.Add(keyOf(i), counts[i]);
            }
        }

        return present;
    }

    private delegate T KeyReader<T>(ReadOnlySpan<byte> key);
}
