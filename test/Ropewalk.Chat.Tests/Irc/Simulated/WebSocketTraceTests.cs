using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Storage;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Simulated;

/// <summary>IRC in WebSockets, with logins and lost connections: the same seed gives the same run.</summary>
public sealed class WebSocketTraceTests
{
    private static readonly EndpointSpec Server = EndpointSpec.Parse("ws:server:8067:messages=lines");

    [Fact]
    public async Task Two_runs_of_one_seed_have_one_trace()
    {
        (SimulationLog log, List<string> told) one = await RunAsync(7), again = await RunAsync(7), other = await RunAsync(8);
        Assert.Equal(one.log.Events.Select(told => told.ToString()), again.log.Events.Select(told => told.ToString()));
        Assert.Equal((one.log.Count, one.log.Trace), (again.log.Count, again.log.Trace));
        Assert.Equal(one.told, again.told);
        Assert.NotEqual(one.log.Trace, other.log.Trace);
        // else it has shown nothing
        Assert.Contains(one.told, line => line.Contains("word", StringComparison.Ordinal));
        Assert.Contains(one.told, line => line.EndsWith(nameof(IrcReturnedEvent), StringComparison.Ordinal));
        Assert.Contains(one.told, line => line.EndsWith(nameof(IrcLoginEvent), StringComparison.Ordinal));
        Assert.Contains(one.log.Events, told => told.Text.Contains("partition", StringComparison.Ordinal));
    }

    private static async Task<(SimulationLog Log, List<string> Told)> RunAsync(int seed)
    {
        var told = new List<string>();
        SimulationLog log = await Simulation.RunAsync(sim => PlayAsync(sim, told), new SimulationOptions { Mode = SimulationMode.Strict, Seed = seed, LogEvents = 100_000 });
        return (log, told);
    }

    private static async Task PlayAsync(Simulation sim, List<string> told)
    {
        sim.Links = new LinkSettings { Latency = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(30) };
        await ServeAsync(sim, sim.AddHost("server"));
        IrcStayingClient[] clients = [.. Enumerable.Range(1, 3).Select(i => Start(sim, sim.AddHost($"home{i}"), $"talker{i}"))];
        Task[] reading = [.. clients.Select((client, i) => ReadAsync(client, i, told))];
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(5), Interval = TimeSpan.FromSeconds(8), LongestFault = TimeSpan.FromSeconds(40) });
        await Task.WhenAll(clients.Select(client => TalkUntilAsync(sim, client, storm)));
        foreach (IrcStayingClient client in clients)
        {
            await client.StopAsync();
        }

        await Task.WhenAll(reading);
    }

    private static async Task ServeAsync(Simulation sim, SimHost host)
    {
        var records = new MemoryRecordStore();
        var random = new SeededRandom(sim.Random);
        for (int i = 1; i <= 3; i++)
        {
            ScramCredential credential = ScramCredential.Create($"password-of-talker{i}", random, 4096)!;
            await new RecordAccountStore(records).CreateAsync(new Account { Name = AccountName.Parse($"talker{i}"), Created = host.Time.GetUtcNow(), Credential = credential });
        }

        var options = new IrcServerOptions { Records = records, TimeProvider = host.Time, Random = random };
        options.Authentication.ChecksInline = true;
        options.Authentication.TimeProvider = host.Time;
        IrcServer irc = await IrcServer.StartAsync(options);
        await host.ListenAsync("ws:8067:messages=lines", irc.OnConnectedAsync);
    }

    private static IrcStayingClient Start(Simulation sim, SimHost home, string nick) => IrcStayingClient.Start(Server, new IrcStayingOptions
    {
        Nick = nick,
        Credentials = new SaslClientCredentials { Name = nick, Password = $"password-of-{nick}" },
        Connections = new ConnectionClient(home.Context),
        TimeProvider = home.Time,
        Retry = new RetryPolicy(sim.Random) { MaxDelay = TimeSpan.FromSeconds(10) },
        Channels = new Dictionary<string, string?> { ["#talk"] = null },
    });

    private static async Task TalkUntilAsync(Simulation sim, IrcStayingClient staying, Task end)
    {
        for (int said = 1; !end.IsCompleted; said++)
        {
            try
            {
                if (staying.Current is { } client)
                {
                    await client.SendMessageAsync("#talk", $"word {said}");
                }
            }
            catch (IrcRequestException)
            {
                // the connection was lost, or the channel not joined yet
            }

            await sim.DelayAsync(TimeSpan.FromSeconds(sim.Random.NextDouble() * 6));
        }
    }

    private static async Task ReadAsync(IrcStayingClient client, int number, List<string> told)
    {
        await foreach (IrcClientEvent one in client.Events)
        {
            told.Add($"{number} {(one is IrcTextEvent text ? text.Text : one.GetType().Name)}");
        }
    }
}
