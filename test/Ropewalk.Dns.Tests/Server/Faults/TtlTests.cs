using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Faults;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Server.Faults;

/// <summary>A client that keeps answers, on virtual time: it asks again when they are over, and not before.</summary>
public sealed class TtlTests
{
    private readonly DnsFaults _faults = new();

    [Fact]
    public async Task An_answer_is_kept_for_its_TTL_and_no_longer()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        var cache = new Cache(client, server.Time);
        Assert.Equal("192.0.2.1", await cache.AskAsync("www.example.test"));
        await server.AdvanceAsync(TimeSpan.FromSeconds(299));
        Assert.Equal("192.0.2.1", await cache.AskAsync("www.example.test"));
        Assert.Equal(1, _faults.QuestionCount);
        await server.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("192.0.2.1", await cache.AskAsync("www.example.test"));
        Assert.Equal(2, _faults.QuestionCount);
    }

    [Fact]
    public async Task Behind_a_cache_it_is_kept_for_what_is_left()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        using InjectedDnsFault counting = _faults.Inject(DnsFault.CountDown);
        await client.AskAsync("www.example.test");
        await server.AdvanceAsync(TimeSpan.FromSeconds(290));
        var cache = new Cache(client, server.Time);
        await cache.AskAsync("www.example.test");
        await server.AdvanceAsync(TimeSpan.FromSeconds(9));
        await cache.AskAsync("www.example.test");
        Assert.Equal(2, _faults.QuestionCount);
        await server.AdvanceAsync(TimeSpan.FromSeconds(1));
        await cache.AskAsync("www.example.test");
        Assert.Equal(3, _faults.QuestionCount);
    }

    [Fact]
    public async Task A_new_address_is_seen_when_the_old_one_is_over()
    {
        DnsServer? running = null;
        await using InProcessServer server = await StartAsync(started => running = started);
        await using StubClient client = await StubClient.StartAsync(server);
        var cache = new Cache(client, server.Time);
        await cache.AskAsync("www.example.test");
        running!.Take(new ZoneCatalog([Zone.Parse("example.test", "www 300 A 192.0.2.2")], running.Hash));
        await server.AdvanceAsync(TimeSpan.FromMinutes(4));
        Assert.Equal("192.0.2.1", await cache.AskAsync("www.example.test"));
        await server.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("192.0.2.2", await cache.AskAsync("www.example.test"));
    }

    private Task<InProcessServer> StartAsync(Action<DnsServer>? started = null) => InProcessServer.StartAsync(p => p.UseServices(services => services.ListenDns(
        "53", new DnsServerOptions { Zones = [Zone.Parse("example.test", "www 300 A 192.0.2.1")], Faults = _faults, Started = started })));

    private sealed class Cache(StubClient client, TimeProvider time)
    {
        private readonly Dictionary<string, (string Address, DateTimeOffset Until)> _kept = [];

        public async Task<string> AskAsync(string name)
        {
            if (!_kept.TryGetValue(name, out var kept) || kept.Until <= time.GetUtcNow())
            {
                string[] record = Assert.Single(Messages.RecordsOf((await client.AskAsync(name, DnsType.A))!)).Split(' ');
                kept = (record[4], time.GetUtcNow().AddSeconds(int.Parse(record[1], System.Globalization.CultureInfo.InvariantCulture)));
                _kept[name] = kept;
            }

            return kept.Address;
        }
    }
}
