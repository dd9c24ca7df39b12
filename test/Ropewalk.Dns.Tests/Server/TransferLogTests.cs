using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Server.Statistics;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Server;

/// <summary>What the log says of transfers: of whom, of what, and why not.</summary>
public sealed class TransferLogTests
{
    private static readonly TsigKey Key = new(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha256, "secret"u8);

    private readonly LogRecorder _log = new("Ropewalk.Dns.Server");
    private readonly VirtualTime _time = new();

    [Theory]
    [InlineData("key other.example", "REFUSED, no rule of 'transfer' fits (AXFR, no key)")]
    [InlineData("!any", "REFUSED, a rule of 'transfer' with ! fits (AXFR, no key)")]
    public async Task A_refusal_says_whether_a_rule_is_missing_or_forbids(string rule, string said)
    {
        string line = await RefusedAsync(rule, Messages.Query(1, "example.org", DnsType.AXFR));
        Assert.EndsWith("was refused the transfer of example.org.: " + said, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_says_what_is_wrong_with_the_signature()
    {
        DateTimeOffset now = _time.GetUtcNow();
        byte[] asked = Messages.Query(1, "example.org", DnsType.IXFR, 1);
        (TsigKey Key, DateTimeOffset At, string Said)[] all =
        [
            (new(DomainName.Parse("nokey.example."), TsigAlgorithm.HmacSha256, "secret"u8), now, "BADKEY, the key is not known here (IXFR, key nokey.example.)"),
            (new(Key.Name, TsigAlgorithm.HmacSha512, "secret"u8), now, "BADKEY, the key has another algorithm here (IXFR, key key.example.)"),
            (new(Key.Name, Key.Algorithm, "forged"u8), now, "BADSIG, the signature is wrong, so the secret is another (IXFR, key key.example.)"),
            (Key, now + TimeSpan.FromMinutes(6), "BADTIME, the clocks differ too much (IXFR, key key.example.)"),
        ];
        foreach ((TsigKey key, DateTimeOffset at, string said) in all)
        {
            string line = await RefusedAsync("key key.example.", Messages.Sign(new TsigTransaction(key), asked, at));
            Assert.EndsWith("was refused the transfer of example.org.: " + said, line, StringComparison.Ordinal);
        }
    }

    /// <summary>A name of a stranger's choice: each of its bytes a control character, and as long as there are.</summary>
    [Fact]
    public async Task A_refusal_names_the_zone_without_its_control_characters()
    {
        string label = string.Concat(Enumerable.Repeat("\\010", 63));
        string name = string.Join('.', label, label, label, label[..^8]);
        TsigKey key = new(DomainName.Parse(name), TsigAlgorithm.HmacSha256, "secret"u8);
        string line = await RefusedAsync("any", Messages.Sign(new TsigTransaction(key), Messages.Query(1, name, DnsType.AXFR), _time.GetUtcNow()));
        Assert.DoesNotContain(line, char.IsControl);
        Assert.InRange(line.Length, 2000, 2200);
        line = await RefusedAsync("any", Messages.Query(1, "other.example", DnsType.AXFR));
        Assert.EndsWith("of other.example.: NOTAUTH, there is no such zone here (AXFR, no key)", line, StringComparison.Ordinal);
    }

    [Fact]
    public void All_places_that_are_taken_are_told_from_those_of_one_peer()
    {
        ZoneTransferSource source = new(new ZoneCatalog([TestZone.Of(TestZone.Soa)], TestZone.Hash), new TsigGuard(TsigKeyRing.Empty), AccessRules.Everybody) { MaxTransfers = 2, MaxTransfersOfPeer = 1 };
        Assert.Equal(TransferRefusal.None, Begin("192.0.2.1"));
        Assert.Equal(TransferRefusal.PeerPlacesTaken, Begin("192.0.2.1"));
        Assert.Equal(TransferRefusal.None, Begin("192.0.2.2"));
        Assert.Equal(TransferRefusal.PlacesTaken, Begin("192.0.2.3"));

        TransferRefusal Begin(string peer) =>
            source.Begin(Messages.Query(1, "example.org", DnsType.AXFR), new MessageOrigin(new(IPAddress.Parse(peer), 1), DnsTransport.Tcp, Messages.Now), new byte[DnsLimits.MessageBytes]).Refusal;
    }

    [Fact]
    public async Task A_good_one_says_how_it_was_asked_for_and_how_much_it_was()
    {
        await using DnsServer server = await StartAsync("key key.example.");
        (ConnectionContext client, Task serving) = Connect(server);
        byte[] asked = Messages.Sign(new TsigTransaction(Key), Messages.Query(1, "example.org", DnsType.IXFR, 0), _time.GetUtcNow());
        await client.Transport.Output.WriteAsync(Messages.Frame(asked), TestContext.Current.CancellationToken);
        await client.Transport.Output.CompleteAsync();
        await serving;
        Assert.EndsWith("has begun: IXFR, key key.example.", _log.Lines[^2].Message, StringComparison.Ordinal);
        Assert.Matches(@"^The transfer of example\.org\., serial \d+, to .+ is complete: IXFR, key key\.example\., 2 records, [1-9]\d\d bytes in 0 s$", _log.Lines[^1].Message);
    }

    [Fact]
    public async Task A_cut_one_says_its_zone()
    {
        await using DnsServer server = await StartAsync("any", [TestZone.Soa, .. Enumerable.Range(0, 20_000).Select(i => $"a{i}.example.org. 300 IN TXT \"{new string('x', 100)}\"")]);
        (ConnectionContext client, Task serving) = Connect(server);
        await client.Transport.Output.WriteAsync(Messages.Frame(Messages.Query(1, "example.org", DnsType.AXFR)), TestContext.Current.CancellationToken);
        await client.Transport.Input.ReadAsync(TestContext.Current.CancellationToken);
        client.Abort();
        await serving;
        Assert.Matches(@"^The transfer of example\.org\., serial \d+, to .+ was cut after \d+ records: AXFR, no key; .+$", _log.Lines[^1].Message);
    }

    private async Task<string> RefusedAsync(string rule, byte[] asked)
    {
        await using DnsServer server = await StartAsync(rule);
        (ConnectionContext client, Task serving) = Connect(server);
        await client.Transport.Output.WriteAsync(Messages.Frame(asked), TestContext.Current.CancellationToken);
        await client.Transport.Output.CompleteAsync();
        await serving;
        return _log.Lines[^1].Message;
    }

    private static (ConnectionContext Client, Task Serving) Connect(DnsServer server)
    {
        (ConnectionContext client, ConnectionContext served) = ConnectionPair.Create();
        return (client, server.OnConnectedAsync(served));
    }

    private async Task<DnsServer> StartAsync(string rule, string[]? lines = null) => await DnsServer.StartAsync(
        new DnsServerOptions
        {
            Zones = [TestZone.Of(lines ?? [TestZone.Soa])],
            Keys = new TsigKeyRing(Key, new TsigKey(DomainName.Parse("other.example"), TsigAlgorithm.HmacSha256, "other"u8)),
            Transfers = AccessRules.Parse(rule),
            LoggerFactory = _log,
            TimeProvider = _time,
        },
        TestContext.Current.CancellationToken);
}
