using System.Globalization;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Server.Faults;
using Ropewalk.Dns.Tests.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Simulated;

/// <summary>Questions over networks that lose, double, delay and cut. Whatever happens, an answer is that to its question, and whole.</summary>
public sealed class QuestionScenarios
{
    private const int Names = 50;
    private const int LongRecords = 40;

    private static readonly LinkSettings Bad = new()
    {
        Latency = TimeSpan.FromMilliseconds(20),
        Jitter = TimeSpan.FromMilliseconds(500),
        Loss = 0.2,
        Duplication = 0.2,
        Reordering = 0.2,
    };

    [Fact]
    public Task Loss_lag_and_disorder_cost_time_and_nothing_else() => SimDns.RunAsync(AskInBadWeatherAsync);

    [Fact]
    public async Task The_same_seed_gives_the_same_run()
    {
        SimulationLog first = await SimDns.RunAsync(AskInBadWeatherAsync, seed: 4);
        SimulationLog again = await SimDns.RunAsync(AskInBadWeatherAsync, seed: 4);
        SimulationLog other = await SimDns.RunAsync(AskInBadWeatherAsync, seed: 5);
        Assert.Equal(first.Trace, again.Trace);
        Assert.NotEqual(first.Trace, other.Trace);
    }

    [Fact]
    public Task What_no_datagram_holds_comes_by_TCP() => SimDns.RunAsync(async sim =>
    {
        sim.Links = Bad with { Loss = 0.1, Mtu = 1280 };
        SimDns dns = await SimDns.StartAsync(sim, MakeZone());
        await using DnsClient client = MakeClient(sim, dns, 0);
        Assert.Equal(LongRecords, (await ResolveAsync<TxtRecord>(client, "long.example.test")).Records.Count);
        Assert.True(client.ReadCounters().Truncated > 0);
        await sim.DelayAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(0, dns.Listening.ConnectionCount);
    });

    [Fact]
    public Task The_longest_datagram_passes_where_the_least_must() => SimDns.RunAsync(async sim =>
    {
        sim.Links = new LinkSettings { Mtu = 1280 };
        SimDns dns = await SimDns.StartAsync(sim, MakeZone());
        await using DnsClient client = MakeClient(sim, dns, 0);
        Assert.Equal(5, (await client.ResolveAsync<TxtRecord>("medium.example.test.")).Records.Count);
        Assert.Equal(0, client.ReadCounters().Truncated);
        Assert.Equal(1, client.ReadCounters().Queries);
    });

    [Fact]
    public Task A_server_that_misbehaves_is_survived_by_asking_again() => SimDns.RunAsync(async sim =>
    {
        sim.Links = new LinkSettings { Jitter = TimeSpan.FromMilliseconds(50), Loss = 0.05 };
        var faults = new DnsFaults();
        SimDns dns = await SimDns.StartAsync(sim, MakeZone(), faults: faults);
        await using DnsClient client = MakeClient(sim, dns, 0);
        DnsFault[] all =
        [
            DnsFault.NoAnswer, DnsFault.AnswerLate(TimeSpan.FromSeconds(3)), DnsFault.Truncated, DnsFault.WrongId, DnsFault.WrongQuestion,
            DnsFault.OtherPort, DnsFault.Malformed, DnsFault.CutAnswer(30),
        ];
        for (int i = 0; i < 40; i++)
        {
            faults.Inject(all[sim.Random.Next(all.Length)], "*.example.test", times: sim.Random.Next(1, 4));
            await AskAsync(sim, client);
        }

        Assert.True(faults.QuestionCount > 60, "nothing was asked again");
    });

    [Fact]
    public Task A_partition_ends_and_the_next_question_is_answered() => SimDns.RunAsync(async sim =>
    {
        SimDns dns = await SimDns.StartAsync(sim, MakeZone());
        await using DnsClient client = MakeClient(sim, dns, 0, attempts: 3);
        using (sim.Partition(dns.Host))
        {
            TimeSpan began = sim.Time.Elapsed;
            DnsQueryException thrown = await Assert.ThrowsAsync<DnsQueryException>(() => client.ResolveAsync<ARecord>("host1.example.test."));
            Assert.Equal(DnsQueryFailure.NoReply, thrown.Failure);
            Assert.Equal(TimeSpan.FromSeconds(6), sim.Time.Elapsed - began);
        }

        await AskAsync(sim, client);
    });

    private static async Task AskInBadWeatherAsync(Simulation sim)
    {
        sim.Links = Bad;
        SimDns dns = await SimDns.StartAsync(sim, MakeZone());
        await Task.WhenAll(Enumerable.Range(0, 5).Select(number => AskManyAsync(sim, dns, number)));
    }

    private static async Task AskManyAsync(Simulation sim, SimDns dns, int number)
    {
        await using DnsClient client = MakeClient(sim, dns, number);
        for (int i = 0; i < 30; i++)
        {
            await AskAsync(sim, client);
            await sim.DelayAsync(TimeSpan.FromSeconds(sim.Random.NextDouble()));
        }
    }

    private static async Task AskAsync(Simulation sim, DnsClient client)
    {
        int host = sim.Random.Next(Names);
        DnsAnswer<ARecord> answer = await ResolveAsync<ARecord>(client, $"host{host}.example.test");
        Assert.Equal($"192.0.2.{host}", Assert.Single(answer.Records).Address.ToString());
    }

    // Ten tries may all be lost, and a stream may be given up: then all is asked again.
    private static async Task<DnsAnswer<TRecord>> ResolveAsync<TRecord>(DnsClient client, string name)
        where TRecord : Rdata
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await client.ResolveAsync<TRecord>(DomainName.Parse(name));
            }
            catch (DnsQueryException) when (i < 5)
            {
            }
        }
    }

    private static DnsClient MakeClient(Simulation sim, SimDns dns, int number, int attempts = 10)
    {
        SimHost host = sim.AddHost(string.Create(CultureInfo.InvariantCulture, $"client{number}"));
        return new DnsClient(
            new DnsClientOptions
            {
                Servers = [EndpointSpec.Parse($"udp:{dns.Address}")],
                Attempts = attempts,
                Timeout = TimeSpan.FromSeconds(2),
                Random = new SeededNumbers(sim.Random.Next()),
            },
            host.Context);
    }

    private static Zone MakeZone() => Zone.Parse("example.test", string.Join('\n',
    [
        .. Enumerable.Range(0, Names).Select(i => $"host{i} A 192.0.2.{i}"),
        .. Enumerable.Range(0, LongRecords).Select(i => $"long TXT \"{i} {new string('x', 200)}\""),
        .. Enumerable.Range(0, 5).Select(i => $"medium TXT \"{i} {new string('x', 200)}\""),
    ]));
}
