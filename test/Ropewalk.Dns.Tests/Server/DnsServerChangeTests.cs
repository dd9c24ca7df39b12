using System.Net;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Server.Statistics;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Zones;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Server;

/// <summary>Other options on a server that runs: what is new is new at once, and nothing else is forgotten.</summary>
public sealed class DnsServerChangeTests
{
    private static readonly PeerAddress At = new(IPAddress.Loopback, 53);
    private static readonly PeerAddress First = new(IPAddress.Parse("192.0.2.53"), 53);
    private static readonly PeerAddress Second = new(IPAddress.Parse("198.51.100.53"), 53);

    private readonly TurnContext _turns = new();
    private readonly MemoryDatagramTransport _network = new();
    private readonly VirtualTime _time = new(1);
    private readonly List<string> _told = [];
    private byte[] _answer = [];
    private IDatagramPort? _client;

    [Fact]
    public async Task Only_secondaries_of_zones_that_have_changed_are_told_and_new_ones_of_all()
    {
        await using DnsServer server = await StartAsync(Options(1, 1));
        Assert.Equal(["192.0.2.53 a.example.", "192.0.2.53 b.example."], Told());
        await ChangeAsync(server, Options(1, 2, options => options.Identity = "other"));
        Assert.Equal(["192.0.2.53 b.example."], Told());
        await ChangeAsync(server, Options(1, 3, options => options.Notify = [new(First), new(Second)]));
        Assert.Equal(["192.0.2.53 b.example.", "198.51.100.53 a.example.", "198.51.100.53 b.example."], Told());
        await ChangeAsync(server, Options(1, 3, options => options.Notify = [new(Second)]));
        Assert.Empty(Told());
    }

    [Fact]
    public async Task Secondaries_may_come_later()
    {
        await using DnsServer server = await StartAsync(Options(1, 1, options => options.Notify = []));
        Assert.Empty(Told());
        await ChangeAsync(server, Options(1, 1));
        Assert.Equal(["192.0.2.53 a.example.", "192.0.2.53 b.example."], Told());
    }

    [Fact]
    public async Task Counts_cookies_and_used_rates_survive()
    {
        await using DnsServer server = await StartAsync(Options(1, 1, options => options.RateLimits = new ResponseRateLimits { PerSecond = 1, Burst = 5, Slip = 0 }));
        byte[] cookie = CookieOf(Ask(WithCookie([])));
        Assert.All(Enumerable.Range(0, 4), _ => Assert.NotEmpty(Ask(Query("a.example"))));
        Assert.Empty(Ask(Query("a.example")));

        await ChangeAsync(server, Options(1, 1, options => options.RateLimits = new ResponseRateLimits { PerSecond = 2, Burst = 5, Slip = 0 }));
        Assert.Empty(Ask(Query("a.example")));
        Assert.NotEmpty(Ask(WithCookie(cookie)));
        Assert.Equal(8, server.Statistics.Capture().Total);
        Assert.Equal(2, server.Statistics.Capture().RateDropped);

        await ChangeAsync(server, Options(1, 1, options => options.RateLimits = null));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.NotEmpty(Ask(Query("a.example"))));
        Assert.Equal(18, server.Statistics.Capture().Total);
        Assert.Equal(2, server.Statistics.Capture().RateDropped);

        // A secret that is given is another's.
        await ChangeAsync(server, Options(1, 1, options => (options.CookieSecret, options.RateLimits) = (new byte[16], new ResponseRateLimits { PerSecond = 1, Burst = 1, Slip = 0 })));
        Assert.Empty(Ask(WithCookie(cookie)));
    }

    [Fact]
    public async Task Rules_zones_identity_and_statistics_are_new_at_once()
    {
        await using DnsServer server = await StartAsync(Options(1, 1));
        Assert.Equal(DnsResponseCode.NoError, Messages.HeaderOf(Ask(Query("b.example"))).ResponseCode);
        await ChangeAsync(server, Options(1, 1, options =>
        {
            options.Zones = [options.Zones[0]];
            options.Statistics = new DnsStatisticsOptions { TopNames = false };
        }));
        Assert.Equal(DnsResponseCode.Refused, Messages.HeaderOf(Ask(Query("b.example"))).ResponseCode);
        Assert.Equal(DnsResponseCode.NoError, Messages.HeaderOf(Ask(Query("a.example"))).ResponseCode);
        Assert.Empty(server.Statistics.ListTopNames());
        Assert.NotEmpty(server.Statistics.ListTopClients());
        await ChangeAsync(server, Options(1, 1, options => options.Access = AccessRules.Nobody));
        Assert.Equal(DnsResponseCode.Refused, Messages.HeaderOf(Ask(Query("a.example"))).ResponseCode);
    }

    [Fact]
    public async Task With_an_error_nothing_is_put_in_force_and_all_are_told()
    {
        await using DnsServer server = await StartAsync(Options(1, 1));
        DnsServerChange change = await server.PrepareAsync(
            Options(1, 1, options => (options.Identity, options.DatagramBytes, options.Zones) = (new string('ä', 200), 1, [])), TestContext.Current.CancellationToken);
        Assert.Equal(2, change.Errors.Count);
        Assert.Throws<ArgumentException>(() => server.Take(change));
        Assert.Equal(DnsResponseCode.NoError, Messages.HeaderOf(Ask(Query("a.example"))).ResponseCode);
    }

    private static byte[] Query(string name) => Messages.Query(1, name, DnsType.SOA);

    private static byte[] WithCookie(byte[] ofServer)
    {
        byte[] message = new byte[512];
        DnsMessageWriter writer = new(message);
        Assert.True(writer.TryWriteQuestion(DomainName.Parse("a.example").Wire, DnsType.SOA, DnsClass.IN));
        Assert.True(writer.TryBeginOpt(1232) && writer.TryWriteOption(EdnsOptionCode.Cookie, [.. new byte[8], .. ofServer]));
        writer.EndOpt();
        return message[..writer.Finish(new DnsHeader(1, 0))];
    }

    private static byte[] CookieOf(byte[] answer)
    {
        Assert.Equal(DnsViolation.None, EdnsView.Find(answer, out EdnsView edns, out bool isThere));
        Assert.True(isThere && edns.TryFind(EdnsOptionCode.Cookie, out _));
        edns.TryFind(EdnsOptionCode.Cookie, out ReadOnlySpan<byte> cookie);
        return cookie[8..].ToArray();
    }

    private DnsServerOptions Options(int serialOfA, int serialOfB, Action<DnsServerOptions>? more = null)
    {
        var options = new DnsServerOptions
        {
            Zones = [Zone("a.example", serialOfA), Zone("b.example", serialOfB)],
            Notify = [new NotifyPeer(First)],
            Datagrams = _network,
            TimeProvider = _time,
        };
        more?.Invoke(options);
        return options;

        static Zone Zone(string apex, int serial) => Ropewalk.Dns.Zones.Zone.Parse(apex, $"@ 300 SOA ns.elsewhere. host {serial} 3600 600 86400 300\n@ 300 NS ns.elsewhere.\n", TestZone.Hash);
    }

    private async Task<DnsServer> StartAsync(DnsServerOptions options)
    {
        foreach (PeerAddress secondary in (PeerAddress[])[First, Second])
        {
            await BindAsync(secondary, (ref batch) =>
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    Assert.Equal(DnsViolation.None, DnsMessageReader.Begin(batch[i].Payload, out DnsMessageReader reader));
                    Assert.True(reader.TryReadQuestion(out DnsQuestionView question, out _));
                    byte[] name = new byte[DnsLimits.NameBytes];
                    question.CopyName(name, out int length);
                    Assert.Equal(DnsViolation.None, DomainName.Decode(name.AsSpan(0, length), out DomainName? zone));
                    _told.Add($"{secondary.ToIPAddress()} {zone}");
                    // An answer, so that it is not told again.
                    byte[] answer = batch[i].Payload.ToArray();
                    answer[2] |= 0x80;
                    batch.Reply(i, answer);
                }
            });
        }

        DnsServer server = await OnTurns(() => DnsServer.StartAsync(options, TestContext.Current.CancellationToken));
        await BindAsync(At, server.OnDatagrams);
        _client = await BindAsync(new PeerAddress(IPAddress.Parse("203.0.113.9"), 5000), (ref batch) => _answer = batch.Count > 0 ? batch[0].Payload.ToArray() : []);
        return server;
    }

    private async Task ChangeAsync(DnsServer server, DnsServerOptions options)
    {
        DnsServerChange change = await OnTurns(() => server.PrepareAsync(options, TestContext.Current.CancellationToken));
        Assert.Empty(change.Errors);
        server.Take(change);
    }

    private ValueTask<IDatagramPort> BindAsync(PeerAddress at, DatagramHandler handler) => OnTurns(() => _network.BindAsync(at.ToIPEndPoint(), handler));

    // Nothing here waits: what is bound is bound on this context.
    private ValueTask<T> OnTurns<T>(Func<ValueTask<T>> work)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_turns);
        ValueTask<T> done = work();
        SynchronizationContext.SetSynchronizationContext(before);
        Assert.True(done.IsCompleted);
        return done;
    }

    private List<string> Told()
    {
        // Twenty notices go out in a second.
        for (int i = 0; i < 10; i++)
        {
            _turns.Run();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        List<string> told = [.. _told.Order(StringComparer.Ordinal)];
        _told.Clear();
        return told;
    }

    private byte[] Ask(byte[] question)
    {
        _answer = [];
        Assert.True(_client!.TrySend(At, question));
        _turns.Run();
        return _answer;
    }
}
