using System.Buffers.Binary;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ropewalk.Dns.Server.Faults;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Zones;
using Ropewalk.Policies;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server;

/// <summary>Is an authoritative DNS server: a set of zones, on any number of endpoints for datagrams and streams.</summary>
/// <remarks>
/// <b>Call</b>: <see cref="StartAsync"/>, then bind a datagram port with <see cref="OnDatagrams"/> and listen for streams with <see cref="OnConnectedAsync"/>. Zones are exchanged while it runs:
/// <see cref="ReadZonesAsync"/> reads them beside those that are served, <see cref="Take(ZoneLoad)"/> puts them in force at once; <see cref="PrepareAsync"/> and <see cref="Take(DnsServerChange)"/> do the same for other options. <b>Lifetime</b>: dispose it when its endpoints have ended.
/// </remarks>
public sealed class DnsServer : IAsyncDisposable
{
    private readonly ILogger _log;
    private readonly Lock _turn = new();
    private readonly byte[] _ownSecret = new byte[EdnsCookieSecret.SecretBytes];
    private readonly SwitchedResponder _responder;
    private readonly RateLimitedResponder _limited;
    private readonly ZoneTransferSource _transfers;
    private readonly DnsDatagramHandler _datagrams;
    private readonly DnsStreamHandler _streams;
    private readonly FaultyDatagramHandler? _faultyDatagrams;
    private readonly FaultyStreamHandler? _faultyStreams;
    private volatile DnsServerOptions _options;
    private ResponseRateLimiter? _limiter;
    private volatile ZoneLoad? _load;
    private readonly ReadingRemains? _remains;
    private NotifySender? _notices;
    private IDisposable? _observed;

    private DnsServer(DnsServerOptions options)
    {
        _options = options;
        _log = options.LoggerFactory.CreateLogger(DnsServerLog.Category);
        Span<byte> seed = stackalloc byte[16];
        options.Random.GetBytes(seed);
        Hash = new NameHash(BinaryPrimitives.ReadUInt64LittleEndian(seed), BinaryPrimitives.ReadUInt64LittleEndian(seed[8..]));
        options.Random.GetBytes(_ownSecret);
        EdnsCookieSecret? cookies = CookiesOf(options);
        _transfers = new ZoneTransferSource(ZoneCatalog.Empty, new TsigGuard(options.Keys), options.Transfers);
        _responder = new SwitchedResponder(MakeResponder(options, cookies));
        _limiter = options.RateLimits is { } limits ? new ResponseRateLimiter(limits, Hash) : null;
        _limited = new RateLimitedResponder(_responder);
        _limited.Update(_limiter, cookies);
        Statistics = new DnsStatistics(options.Statistics, Hash, options.LoggerFactory, options.TimeProvider) { RateLimits = _limited };
        _remains = options.GivesBackMemory ? new ReadingRemains(() => Statistics.Capture().Total, options.TimeProvider, ReadingRemains.Collect) : null;
        _datagrams = new DnsDatagramHandler(_limited, options.TimeProvider, Statistics);
        var counted = new CountedResponder(_responder, _transfers, Statistics, options.TimeProvider);
        _streams = new DnsStreamHandler(counted, counted, options.Streams.Copy(), options.TimeProvider, options.LoggerFactory);
        ConnectionLimits = new LimitsPolicy(options.Streams.Connections, options.LoggerFactory.CreateLogger("Ropewalk.Policies"), options.TimeProvider);
        if (options.Faults is { } faults)
        {
            _faultyDatagrams = new FaultyDatagramHandler(_responder, faults, options.TimeProvider);
            _faultyStreams = new FaultyStreamHandler(_responder, _transfers, options.Streams, faults, options.TimeProvider);
        }
    }

    /// <summary>Gets the zones that are served.</summary>
    public ZoneCatalog Catalog => _responder.Inner.Catalog;

    /// <summary>Gets the files that the zones were read from, by their names in the store of their zone.</summary>
    public IReadOnlyList<(DnsZoneFile File, string Name)> Files => _load?.Files ?? [];

    /// <summary>Gets the zones that are served as they were, because what their files say now cannot be taken.</summary>
    public IReadOnlyList<DomainName> KeptZones => [.. _load?.Kept.Select(kept => kept.Zone) ?? []];

    /// <summary>Gets what hashes the names of zones here, for a program that makes zones itself.</summary>
    public NameHash Hash { get; }

    /// <summary>Gets what has been counted.</summary>
    public DnsStatistics Statistics { get; }

    /// <summary>Gets the bounds of streams, of which those on connections are for the pipeline before <see cref="OnConnectedAsync"/>: <see cref="DnsConnectionExtensions.UseDnsStream(IConnectionBuilder, DnsServer)"/> puts both.</summary>
    public DnsStreamHandler Streams => _streams;

    /// <summary>Gets what bounds how many connections there are, on all endpoints together.</summary>
    internal LimitsPolicy ConnectionLimits { get; }

    /// <summary>Makes a server, and reads its zones.</summary>
    /// <exception cref="DnsZoneException">Zones cannot be served; all that is wrong is told.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its bounds.</exception>
    public static async ValueTask<DnsServer> StartAsync(DnsServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var server = new DnsServer(options);
        ZoneLoad load = await server.ReadZonesAsync(cancellationToken);
        if (load.Catalog is null)
        {
            throw new DnsZoneException(load.Errors);
        }

        await server.StartNoticesAsync(options, cancellationToken);
        if (server._faultyDatagrams is { } faulty)
        {
            faulty.Elsewhere = await options.Datagrams.BindAsync(new IPEndPoint(IPAddress.IPv6Any, 0), static (ref _) => { }, null, cancellationToken);
        }

        server.Take(load);
        server._observed = DnsMeter.Observe(server);
        options.Started?.Invoke(server);
        return server;
    }

    /// <summary>Answers a batch of datagrams. It is a <see cref="DatagramHandler"/>.</summary>
    public void OnDatagrams(ref DatagramBatch batch)
    {
        if (_faultyDatagrams is null)
        {
            _datagrams.Handle(ref batch);
        }
        else
        {
            _faultyDatagrams.Handle(ref batch);
        }
    }

    /// <summary>Serves a stream.</summary>
    public Task OnConnectedAsync(ConnectionContext connection) => _faultyStreams?.OnConnectedAsync(connection) ?? _streams.OnConnectedAsync(connection);

    /// <summary>Reads all zone files, beside what is served.</summary>
    /// <returns>
    /// What was read; with an error there is no catalog, and nothing that can be put in force. A mistake in the file of a zone that is served is none of these: that zone stays as it is
    /// (<see cref="ZoneLoad.Kept"/>).
    /// </returns>
    public ValueTask<ZoneLoad> ReadZonesAsync(CancellationToken cancellationToken = default) => LoadAsync(_options, cancellationToken);

    /// <summary>Makes other options ready beside those in force, and reads the zones that they name.</summary>
    /// <param name="options">
    /// Other zones, rules, keys, secondaries, rates, cookies, identity and version, statistics, connections and their idle time. The rest is as it was at the start: the clock, the log, the network, the source of
    /// secrets, the size of the table of rates and the other bounds of streams and notices.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What <see cref="Take(DnsServerChange)"/> puts in force; with an error nothing can be.</returns>
    public async ValueTask<DnsServerChange> PrepareAsync(DnsServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        DnsServerOptions next = options.CopyWith(_options);
        List<string> errors = [];
        EdnsCookieSecret? cookies = null;
        QueryResponder? responder = null;
        ResponseRateLimiter? limiter = null;
        try
        {
            cookies = CookiesOf(next);
            responder = MakeResponder(next, cookies);
            next.RateLimits?.Validate();
            next.Streams.Validate();
            next.Statistics.Validate();
            limiter = next.RateLimits is { } limits ? _limiter ?? new ResponseRateLimiter(limits, Hash) : null;
        }
        catch (OptionsValidationException e)
        {
            errors.AddRange(e.Failures);
        }

        ZoneLoad zones = await LoadAsync(next, cancellationToken);
        errors.AddRange(zones.Errors);
        if (errors.Count == 0)
        {
            await StartNoticesAsync(next, cancellationToken);
        }

        return new DnsServerChange(next, zones, errors) { Cookies = cookies, Responder = responder, Limiter = limiter };
    }

    /// <summary>Puts other options in force, and their zones, at once. What has been counted stays; the secret of cookies too, unless another is given. Secondaries are told of what is new, and who is new of all zones.</summary>
    /// <exception cref="ArgumentException">There was an error: there is nothing to put in force.</exception>
    public void Take(DnsServerChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.Errors.Count > 0)
        {
            throw new ArgumentException("It has errors.", nameof(change));
        }

        DnsServerOptions former = _options, next = change.Options;
        _options = next;
        if (change.Limiter is { } limiter)
        {
            limiter.Update(next.RateLimits!);
            _limiter = limiter;
        }

        _limited.Update(change.Limiter, change.Cookies);
        Statistics.Update(next.Statistics);
        ConnectionLimits.Update(next.Streams.Connections);
        _streams.Limits.IdleTimeout = next.Streams.IdleTimeout;
        IReadOnlyList<Zone> told = TakeLoad(change.Zones, change);
        foreach (NotifyPeer peer in next.Notify.Where(peer => former.Notify.All(one => one.Secondary != peer.Secondary)))
        {
            foreach (Zone zone in Catalog.Zones.Except(told))
            {
                Notify(zone, peer);
            }
        }
    }

    /// <summary>Puts zones in force at once: each question from here on is answered out of them. Secondaries are told of what is new.</summary>
    /// <exception cref="ArgumentException">There was an error: there is nothing to put in force.</exception>
    public void Take(ZoneLoad load)
    {
        ArgumentNullException.ThrowIfNull(load);
        TakeLoad(load);
    }

    /// <summary>Puts zones in force that a program has made itself.</summary>
    public void Take(ZoneCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        TakeCatalog(catalog);
    }

    /// <summary>Ends what is sent by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        _observed?.Dispose();
        await (_remains?.DisposeAsync() ?? ValueTask.CompletedTask);
        if (_notices is not null)
        {
            await _notices.DisposeAsync();
        }

        if (_faultyDatagrams is not null)
        {
            await _faultyDatagrams.DisposeAsync();
        }
    }

    private async ValueTask<ZoneLoad> LoadAsync(DnsServerOptions options, CancellationToken cancellationToken)
    {
        ZoneLoad load = await new ZoneLoader(options, Hash, _load).LoadAsync(cancellationToken);
        // Also if it is not taken.
        _remains?.NoteReading(load.ReadBytes);
        return load;
    }

    private async ValueTask StartNoticesAsync(DnsServerOptions options, CancellationToken cancellationToken)
    {
        if (options.Notify.Count > 0)
        {
            _notices ??= await NotifySender.StartAsync(
                options.Datagrams, options.Random, options.NotifyLimits, null, options.TimeProvider, options.LoggerFactory, cancellationToken);
        }
    }

    private List<Zone> TakeLoad(ZoneLoad load, DnsServerChange? change = null)
    {
        List<Zone> told = TakeCatalog(load.Catalog ?? throw new ArgumentException("The zones have errors.", nameof(load)), change);
        // What has been told at the last reading is not told again at each.
        foreach (string warning in load.Warnings.Except(_load?.Warnings ?? []))
        {
            DnsServerLog.ZoneWarning(_log, warning);
        }

        HashSet<string> toldErrors = [.. _load?.Kept.SelectMany(kept => kept.Errors) ?? []];
        foreach ((DomainName zone, IReadOnlyList<string> errors) in load.Kept.Where(kept => !toldErrors.IsSupersetOf(kept.Errors)))
        {
            foreach (string error in errors)
            {
                DnsServerLog.ZoneError(_log, error);
            }

            DnsServerLog.ZoneKept(_log, zone, Catalog.FindApex(zone.Wire, DnsClass.IN)?.Serial ?? 0);
        }

        _load = load;
        _remains?.NoteReading(load.ReadBytes);
        return told;
    }

    // Gives those of which secondaries were told.
    private List<Zone> TakeCatalog(ZoneCatalog catalog, DnsServerChange? change = null)
    {
        ZoneCatalog before;
        lock (_turn)
        {
            before = Catalog;
            if (change is null)
            {
                _responder.Inner.Catalog = catalog;
                _transfers.Zones = catalog;
            }
            else
            {
                // No question meets new rules and old zones, which they were not made for.
                change.Responder!.Catalog = catalog;
                _transfers.Exchange(catalog, new TsigGuard(change.Options.Keys), change.Options.Transfers);
                _responder.Inner = change.Responder;
            }
        }

        List<Zone> told = [];
        foreach (Zone zone in catalog.Zones)
        {
            Zone? former = before.FindApex(zone.Apex.Wire, zone.Class);
            if (former is null || former.Serial != zone.Serial)
            {
                // RFC 1982 §3.2: a number that is not larger is an older version, and secondaries keep the one that they have.
                if (former is not null && (int)(zone.Serial - former.Serial) < 0)
                {
                    DnsServerLog.SerialLower(_log, zone.Apex, zone.Serial, former.Serial);
                }

                DnsServerLog.ZoneServed(_log, zone.Apex, zone.Serial, zone.RecordCount, zone.NodeCount);
                told.Add(zone);
                foreach (NotifyPeer peer in _options.Notify)
                {
                    Notify(zone, peer);
                }
            }
            else if (!zone.HasSameRecords(former))
            {
                // RFC 1912 §2.2: secondaries go by the serial number.
                DnsServerLog.SerialForgotten(_log, zone.Apex, zone.Serial);
            }
        }

        foreach (Zone zone in before.Zones.Where(zone => catalog.FindApex(zone.Apex.Wire, zone.Class) is null))
        {
            DnsServerLog.ZoneGone(_log, zone.Apex);
        }

        return told;
    }

    private EdnsCookieSecret? CookiesOf(DnsServerOptions options) =>
        options.Cookies ? new EdnsCookieSecret(options.CookieSecret is { } given ? given.Span : _ownSecret) : null;

    private QueryResponder MakeResponder(DnsServerOptions options, EdnsCookieSecret? cookies) => new(ZoneCatalog.Empty, new QueryResponderOptions
    {
        DatagramBytes = options.DatagramBytes,
        Identity = options.Identity is { } identity ? Encoding.UTF8.GetBytes(identity) : default(ReadOnlyMemory<byte>),
        Version = options.Version,
        CookieSecret = cookies,
        Keys = options.Keys,
        Access = options.Access,
        Transfers = _transfers,
    });

    private void Notify(Zone zone, NotifyPeer peer)
    {
        if (_notices?.TryNotify(zone, peer.Secondary, peer.Key) == false)
        {
            DnsServerLog.NoticeLeftOut(_log, zone.Apex, peer.Secondary.ToString());
        }
    }
}
