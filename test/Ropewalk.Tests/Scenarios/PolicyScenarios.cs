using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Policies;
using Ropewalk.Server;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Scenarios;

/// <summary>What each policy promises, kept while links and hosts fail.</summary>
public sealed class PolicyScenarios : FaultScenario
{
    [Fact]
    public Task Who_is_silent_for_too_long_is_ended_and_nobody_else() => RunAsync(async sim =>
    {
        TimeSpan timeout = TimeSpan.FromSeconds(30), goodbye = TimeSpan.FromSeconds(5);
        SimHost server = sim.AddHost("server");
        var last = new Dictionary<ConnectionContext, TimeSpan>();
        var policy = new IdleTimeoutPolicy(new IdleTimeoutOptions { Timeout = timeout, Goodbye = goodbye, TimeProvider = server.Time });
        Listening listening = await server.ListenAsync("tcp:7", policy.Apply(Checked(async connection =>
        {
            last[connection] = sim.Time.Elapsed;
            var lifetime = connection.Features.Get<IConnectionLifetimeNotificationFeature>()!;
            using CancellationTokenRegistration asked = lifetime.ConnectionClosedRequested.Register(() => CheckSilence("was asked to go"));
            try
            {
                await new LineTalk(connection).EchoAsync(_ => last[connection] = sim.Time.Elapsed);
            }
            finally
            {
                last.Remove(connection);
            }

            void CheckSilence(string what)
            {
                TimeSpan silent = sim.Time.Elapsed - last[connection];
                Check(silent >= timeout, $"a connection {what} after {silent} of silence");
            }
        })));
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(4), LongestFault = TimeSpan.FromSeconds(40) });
        Task watching = WatchAsync();
        await Task.WhenAll(AddClients(sim, 4).Select(client => TalkAsync(sim, client, () => sim.Random.Next(5) == 0 ? TimeSpan.FromSeconds(60) : TimeSpan.FromSeconds(20), storm, inHalves: false)));
        await storm;
        await sim.DelayAsync(timeout * 1.5 + goodbye);
        Assert.Equal(0, listening.ConnectionCount);
        await watching;

        async Task WatchAsync()
        {
            TimeSpan longest = timeout * 1.25 + goodbye + TimeSpan.FromSeconds(1);
            while (!storm.IsCompleted)
            {
                await sim.DelayAsync(TimeSpan.FromSeconds(5));
                Assert.All(last.Values, at => Assert.True(sim.Time.Elapsed - at <= longest, $"a connection is there after {sim.Time.Elapsed - at} of silence"));
            }
        }
    });

    [Fact]
    public Task Who_does_not_begin_in_time_is_ended_and_who_does_is_not() => RunAsync(async sim =>
    {
        TimeSpan timeout = TimeSpan.FromSeconds(10);
        SimHost server = sim.AddHost("server");
        var policy = new HandshakeTimeoutPolicy(timeout, server.Time);
        Listening listening = await server.ListenAsync("tcp:7", policy.Apply(Checked(async connection =>
        {
            TimeSpan began = sim.Time.Elapsed;
            bool isDone = false;
            try
            {
                var talk = new LineTalk(connection);
                if (await talk.ReadAsync() is null)
                {
                    return;
                }

                isDone = true;
                Assert.True(sim.Time.Elapsed - began <= timeout * 1.1, "the beginning was let through late");
                connection.Features.Get<IHandshakeDeadlineFeature>()!.HandshakeDone();
                await talk.EchoAsync();
            }
            catch (Exception) when (EndOf(connection).Reason == ConnectionEndReason.TimedOut)
            {
                Assert.False(isDone && EndOf(connection).Detail!.Contains("beginning", StringComparison.Ordinal), "a connection was ended although it had begun in time");
                Assert.True(isDone || sim.Time.Elapsed - began > timeout - TimeSpan.FromMilliseconds(1), $"a connection was ended after {sim.Time.Elapsed - began}: {EndOf(connection)}");
            }
            finally
            {
                Assert.True(isDone || sim.Time.Elapsed - began <= timeout * 1.2, $"a connection was there {sim.Time.Elapsed - began} without a beginning");
            }
        })));
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(3), LongestFault = TimeSpan.FromSeconds(20) });
        await Task.WhenAll(AddClients(sim, 4).Select(client => TalkAsync(sim, client, () => TimeSpan.FromSeconds(16), storm)));
        await storm;
        await sim.DelayAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(0, listening.ConnectionCount);
    });

    [Fact]
    public Task Limits_are_kept_and_places_come_back() => RunAsync(async sim =>
    {
        SimHost server = sim.AddHost("server");
        var limits = new LimitsPolicy(new ConnectionLimits { Total = 5, PerAddress = 2, PerIPv6Network = 4 });
        var idle = new IdleTimeoutPolicy(new IdleTimeoutOptions { Timeout = TimeSpan.FromSeconds(60), Goodbye = TimeSpan.Zero, TimeProvider = server.Time });
        var live = new List<string>();
        await server.ListenAsync("tcp:7", limits.Apply(idle.Apply(Checked(async connection =>
        {
            string from = ((System.Net.IPEndPoint)connection.RemoteEndPoint!).Address.ToString();
            live.Add(from);
            try
            {
                Assert.InRange(live.Count, 1, 5);
                Assert.InRange(live.Count(one => one == from), 1, 2);
                Assert.InRange(live.Count(one => one.Contains(':', StringComparison.Ordinal)), 0, 4);
                await new LineTalk(connection).EchoAsync();
            }
            finally
            {
                live.Remove(from);
            }
        }))));
        SimHost[] clients = AddClients(sim, 3);
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(2), Interval = TimeSpan.FromSeconds(4) });
        await Task.WhenAll(clients.SelectMany(client => Enumerable.Range(0, 4).Select(_ => TalkAsync(sim, client, () => TimeSpan.FromSeconds(5), storm))));
        await storm;
        await sim.DelayAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(0, limits.Current);
        foreach (SimHost client in clients)
        {
            await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
            var talk = new LineTalk(connection);
            await talk.WriteAsync("again");
            Assert.Equal("again", await talk.ReadAsync());
        }
    });

    [Fact]
    public Task The_budget_holds_who_reads_is_served_and_pauses_end() => RunAsync(async sim =>
    {
        const int Soft = 256 * 1024, Hard = 512 * 1024;
        SimHost server = sim.AddHost("server");
        // one connection may hold most of what all may, and a way that is mended takes it at once
        sim.Links = sim.Links with { BytesPerSecond = 1e7 };
        server.Streams.OutputPauseBytes = 128 * 1024;
        var budget = new MemoryBudgetPolicy(
            new MemoryBudget { ConnectionInputBytes = 128 * 1024, ConnectionOutputBytes = 256 * 1024, SoftTotalBytes = Soft, HardTotalBytes = Hard }, server.Time);
        var live = new HashSet<ConnectionContext>();
        Listening listening = await server.ListenAsync("tcp:7", budget.Apply(async connection =>
        {
            live.Add(connection);
            try
            {
                await AnswerManifoldAsync(connection);
            }
            finally
            {
                live.Remove(connection);
            }
        }));
        SimHost[] clients = AddClients(sim, 4);
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(1), LongestFault = TimeSpan.FromSeconds(20), Resets = false });
        Task watching = WatchAsync();
        await Task.WhenAll(clients.SelectMany(client => Enumerable.Range(0, 6).Select(i => AskAsync(client, reads: i > 1))));
        await storm;
        await watching;

        // the storm is over, and everybody has gone: a pause in which nobody notices that ends too
        await sim.DelayAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(0, listening.ConnectionCount);
        foreach (SimHost client in clients)
        {
            await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
            var talk = new LineTalk(connection);
            for (int i = 0; i < 10; i++)
            {
                await talk.WriteAsync("more");
                for (int n = 0; n < 20; n++)
                {
                    Assert.NotNull(await talk.ReadAsync());
                }
            }
        }

        async Task WatchAsync()
        {
            while (!storm.IsCompleted)
            {
                await sim.DelayAsync(TimeSpan.FromMilliseconds(500));
                long held = live.Sum(connection => connection.Features.Get<IBufferUseFeature>() is { } use ? use.InputBytes + use.OutputBytes : 0);
                // a look comes every second at most, and one turn may add a write of each
                Assert.True(held <= Hard + (live.Count * 128 * 1024), $"{held} bytes are held for {live.Count} connections");
            }
        }

        // who reads is answered or ended, however long a bad way takes: a pause of his reads ends
        async Task AskAsync(SimHost client, bool reads) => await WeatherAsync(async () =>
        {
            await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
            var talk = new LineTalk(connection);
            for (int i = 0; (reads || i < 12) && !storm.IsCompleted; i++)
            {
                using var patience = new CancellationTokenSource(reads ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(30), client.Time);
                try
                {
                    int many = sim.Random.Next(1, 6);
                    for (int n = 0; n < many; n++)
                    {
                        await talk.WriteAsync("more", patience.Token);
                    }

                    for (int n = 0; reads && n < many * 20 && await talk.ReadAsync(patience.Token) is not null; n++)
                    {
                    }
                }
                catch (OperationCanceledException) when (reads && patience.IsCancellationRequested)
                {
                    Assert.Fail($"{client} reads, and was neither answered nor ended");
                }

                await PauseAsync(sim, TimeSpan.FromSeconds(5));
            }
        });
    });

    // twenty lines of a thousand bytes for each that comes
    private static async Task AnswerManifoldAsync(ConnectionContext connection)
    {
        var talk = new LineTalk(connection);
        string answer = string.Join("\r\n", Enumerable.Repeat(new string('a', 1000), 20));
        while (await talk.ReadAsync() is not null)
        {
            await talk.WriteAsync(answer);
        }
    }

    /// <summary>Connects again and again, says a line, waits for its echo, pauses, and leaves in one of several ways.</summary>
    private static async Task TalkAsync(Simulation sim, SimHost client, Func<TimeSpan> longestPause, Task end, bool inHalves = true)
    {
        while (!end.IsCompleted)
        {
            await WeatherAsync(async () =>
            {
                await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
                var talk = new LineTalk(connection);
                for (int i = sim.Random.Next(1, 6); i > 0 && !end.IsCompleted; i--)
                {
                    await PauseAsync(sim, longestPause());
                    using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40), client.Time);
                    if (inHalves && sim.Random.Next(4) == 0)
                    {
                        // half a line is received and not consumed when the connection ends here
                        await talk.WriteAsync("hel", patience.Token, isWhole: false);
                        await PauseAsync(sim, longestPause());
                    }

                    await talk.WriteAsync("hello", patience.Token);
                    if (await talk.ReadAsync(patience.Token) is null)
                    {
                        return;
                    }
                }

                if (sim.Random.Next(3) == 0)
                {
                    connection.Abort();
                }
            });
            await PauseAsync(sim, TimeSpan.FromSeconds(5));
        }
    }
}
