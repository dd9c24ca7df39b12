using System.Buffers.Binary;
using System.Net;
using System.Runtime;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Dns.Server.Faults;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server;

/// <summary>Is an authoritative DNS server: a set of zones, on any number of endpoints for datagrams and streams.</summary>
/// <remarks>
/// <b>Call</b>: <see cref="StartAsync"/>, then bind a datagram port with <see cref="OnDatagrams"/> and listen for streams with <see cref="OnConnectedAsync"/>. Zones are exchanged while it runs:
/// <see cref="ReadZonesAsync"/> reads them beside those that are served, <see cref="Take(ZoneLoad)"/> puts them in force at once. <b>Lifetime</b>: dispose it when its endpoints have ended.
/// </remarks>
public sealed class DnsServer : IAsyncDisposable
{
    // What the arrays of a zone this large leave behind when they are put together is worth collecting before anybody is served.
    private const long LargeZoneBytes = 64L * 1024 * 1024;

    private readonly DnsServerOptions _options;
    private readonly ILogger _log;
    private readonly QueryResponder _responder;
    private readonly ZoneTransferSource _transfers;
    private readonly DnsDatagramHandler _datagrams;
    private readonly DnsStreamHandler _streams;
    private readonly FaultyDatagramHandler? _faultyDatagrams;
    private readonly FaultyStreamHandler? _faultyStreams;
    private IReadOnlyList<string> _warnings = [];
    private NotifySender? _notices;
    private IDisposable? _observed;

    private DnsServer(DnsServerOptions options)
    {
        _options = options;
        _log = options.LoggerFactory.CreateLogger(DnsServerLog.Category);
        Span<byte> seed = stackalloc byte[16];
        options.Random.GetBytes(seed);
        Hash = new NameHash(BinaryPrimitives.ReadUInt64LittleEndian(seed), BinaryPrimitives.ReadUInt64LittleEndian(seed[8..]));
        EdnsCookieSecret? cookies = options.Cookies ? MakeCookieSecret(options) : null;
        _transfers = new ZoneTransferSource(ZoneCatalog.Empty, new TsigGuard(options.Keys), options.Transfers);
        _responder = new QueryResponder(ZoneCatalog.Empty, new QueryResponderOptions
        {
            DatagramBytes = options.DatagramBytes,
            Identity = options.Identity is { } identity ? Encoding.UTF8.GetBytes(identity) : default(ReadOnlyMemory<byte>),
            Version = options.Version,
            CookieSecret = cookies,
            Keys = options.Keys,
            Access = options.Access,
            Transfers = _transfers,
        });
        RateLimitedResponder? limited = options.RateLimits is { } limits ? new RateLimitedResponder(_responder, new ResponseRateLimiter(limits, Hash), cookies) : null;
        Statistics = new DnsStatistics(options.Statistics, Hash, options.LoggerFactory, options.TimeProvider) { RateLimits = limited };
        _datagrams = new DnsDatagramHandler(limited is null ? _responder : limited, options.TimeProvider, Statistics);
        var counted = new CountedResponder(_responder, _transfers, Statistics, options.TimeProvider);
        _streams = new DnsStreamHandler(counted, counted, options.Streams, options.TimeProvider, options.LoggerFactory);
        if (options.Faults is { } faults)
        {
            _faultyDatagrams = new FaultyDatagramHandler(_responder, faults, options.TimeProvider);
            _faultyStreams = new FaultyStreamHandler(_responder, _transfers, options.Streams, faults, options.TimeProvider);
        }
    }

    /// <summary>Gets the zones that are served.</summary>
    public ZoneCatalog Catalog => _responder.Catalog;

    /// <summary>Gets the files that the zones were read from, by their names in the store of their zone.</summary>
    public IReadOnlyList<(DnsZoneFile File, string Name)> Files { get; private set; } = [];

    /// <summary>Gets what hashes the names of zones here, for a program that makes zones itself.</summary>
    public NameHash Hash { get; }

    /// <summary>Gets what has been counted.</summary>
    public DnsStatistics Statistics { get; }

    /// <summary>Gets the bounds of streams, of which those on connections are for the pipeline before <see cref="OnConnectedAsync"/>: <see cref="DnsConnectionExtensions.UseDnsStream(IConnectionBuilder, DnsServer)"/> puts both.</summary>
    public DnsStreamHandler Streams => _streams;

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

        if (options.Notify.Count > 0)
        {
            server._notices = await NotifySender.StartAsync(
                options.Datagrams, options.Random, options.NotifyLimits, null, options.TimeProvider, options.LoggerFactory, cancellationToken);
        }

        if (server._faultyDatagrams is { } faulty)
        {
            faulty.Elsewhere = await options.Datagrams.BindAsync(new IPEndPoint(IPAddress.IPv6Any, 0), static (ref _) => { }, null, cancellationToken);
        }

        server.Take(load);
        server._observed = DnsMeter.Observe(server);
        if (load.Catalog.Zones.Sum(zone => zone.MemoryBytes) > LargeZoneBytes)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        }

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
    /// <returns>What was read; with an error there is no catalog, and nothing that can be put in force.</returns>
    public ValueTask<ZoneLoad> ReadZonesAsync(CancellationToken cancellationToken = default) =>
        new ZoneLoader(_options.ZoneFiles, _options.Zones, Hash, _options.TimeProvider).LoadAsync(cancellationToken);

    /// <summary>Puts zones in force at once: each question from here on is answered out of them. Secondaries are told of what is new.</summary>
    /// <exception cref="ArgumentException">There was an error: there is nothing to put in force.</exception>
    public void Take(ZoneLoad load)
    {
        ArgumentNullException.ThrowIfNull(load);
        Take(load.Catalog ?? throw new ArgumentException("The zones have errors.", nameof(load)));
        Files = load.Files;
        // What has been told at the last reading is not told again at each.
        foreach (string warning in load.Warnings.Except(_warnings))
        {
            DnsServerLog.ZoneWarning(_log, warning);
        }

        _warnings = load.Warnings;
    }

    /// <summary>Puts zones in force that a program has made itself.</summary>
    public void Take(ZoneCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ZoneCatalog before = Catalog;
        _responder.Catalog = catalog;
        _transfers.Zones = catalog;
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
                Notify(zone);
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
    }

    /// <summary>Ends what is sent by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        _observed?.Dispose();
        if (_notices is not null)
        {
            await _notices.DisposeAsync();
        }

        if (_faultyDatagrams is not null)
        {
            await _faultyDatagrams.DisposeAsync();
        }
    }

    private static EdnsCookieSecret MakeCookieSecret(DnsServerOptions options)
    {
        Span<byte> secret = stackalloc byte[EdnsCookieSecret.SecretBytes];
        options.Random.GetBytes(secret);
        try
        {
            return new EdnsCookieSecret(options.CookieSecret is { } given ? given.Span : secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private void Notify(Zone zone)
    {
        foreach (NotifyPeer peer in _options.Notify)
        {
            if (_notices?.TryNotify(zone, peer.Secondary, peer.Key) == false)
            {
                DnsServerLog.NoticeLeftOut(_log, zone.Apex, peer.Secondary.ToString());
            }
        }
    }
}
