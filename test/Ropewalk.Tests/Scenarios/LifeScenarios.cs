using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Scenarios;

/// <summary>Stopping, swapping and coming back: what a server's and a client's life promise while links and hosts fail.</summary>
public sealed class LifeScenarios : FaultScenario
{
    [Fact]
    public Task A_stop_says_goodbye_drains_and_is_over_at_its_deadline() => RunAsync(async sim =>
    {
        TimeSpan drain = TimeSpan.FromSeconds(10), abort = TimeSpan.FromSeconds(1);
        SimHost host = sim.AddHost("server");
        var server = new ConnectionServer(host.Context, new ConnectionServerOptions { DrainTimeout = drain, AbortTimeout = abort });
        int live = 0;
        Listening listening = await server.ListenAsync("tcp:7", async connection =>
        {
            live++;
            try
            {
                var talk = new LineTalk(connection);
                var lifetime = connection.Features.Get<IConnectionLifetimeNotificationFeature>()!;
                bool isPolite = await talk.ReadAsync() == "polite";
                using CancellationTokenRegistration asked = lifetime.ConnectionClosedRequested.Register(() => _ = isPolite ? talk.WriteAsync("421 bye") : Task.CompletedTask);
                await talk.EchoAsync();
            }
            finally
            {
                live--;
            }
        });
        // in every other run the weather is fine, and then nobody polite may miss the goodbye
        bool isFine = sim.Seed % 2 == 0;
        int polite = 0, told = 0;
        SimHost[] clients = AddClients(sim, 4);

        // somebody has come and gone long before: an empty server is not yet a stopped one
        await (await clients[0].ConnectAsync("tcp:server:7")).DisposeAsync();
        Task storm = isFine
            ? sim.DelayAsync(TimeSpan.FromSeconds(90))
            : sim.StormAsync(new StormOptions { Duration = TimeSpan.FromSeconds(90), Resets = false, LongestFault = TimeSpan.FromSeconds(8) });
        Task[] talking = [.. clients.SelectMany(client => Enumerable.Range(0, 3).Select(i => TalkAsync(client, isPolite: i > 0)))];
        await PauseAsync(sim, TimeSpan.FromSeconds(80));
        TimeSpan asked = sim.Time.Elapsed;
        await server.StopAsync();
        Assert.InRange(sim.Time.Elapsed - asked, TimeSpan.Zero, drain + abort + TimeSpan.FromSeconds(1));
        Assert.Equal(0, listening.ConnectionCount);
        Assert.Equal(0, live);
        await storm;
        await Task.WhenAll(talking);
        await Assert.ThrowsAsync<EndpointException>(() => clients[0].ConnectAsync("tcp:server:7"));
        Assert.True(told == polite || !isFine, $"{told} of {polite} polite connections were told goodbye");

        async Task TalkAsync(SimHost client, bool isPolite) => await WeatherAsync(async () =>
        {
            await PauseAsync(sim, TimeSpan.FromSeconds(isPolite ? 80 : 10));
            await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
            var talk = new LineTalk(connection);

            // who has said nothing yet when he is asked to go hears it when he has
            await PauseAsync(sim, TimeSpan.FromSeconds(5));
            await talk.WriteAsync(isPolite ? "polite" : "stubborn");
            for (bool isServed = false; ; isServed = true)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5), client.Time);
                await talk.WriteAsync("hello", patience.Token);
                string? line = await talk.ReadAsync(patience.Token);
                polite += isPolite && !isServed && line is not null ? 1 : 0;
                if (line is null or "421 bye")
                {
                    told += line is not null ? 1 : 0;
                    return;
                }

                await PauseAsync(sim, TimeSpan.FromSeconds(3));
            }
        });
    });

    [Fact]
    public Task A_swap_refuses_nobody_and_everybody_keeps_what_he_has() => RunAsync(async sim =>
    {
        SimHost host = sim.AddHost("server");
        int version = 0;
        var formers = new List<FormerApplication>();
        Listening listening = await host.ListenAsync("tcp:7", Version(0));
        SimHost[] clients = AddClients(sim, 4);
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(1), Resets = false, LongestFault = TimeSpan.FromSeconds(10) });
        Task swapping = SwapAsync();
        int served = 0;
        await Task.WhenAll(clients.Select(AskAsync));
        await swapping;
        await storm;
        Assert.True(served > 10, $"{served} connections were served");
        await sim.DelayAsync(TimeSpan.FromMinutes(5));
        Assert.All(formers, former => Assert.True(former.Drained.IsCompleted, "an application that was replaced is not drained, and everybody has gone"));

        async Task SwapAsync()
        {
            while (!storm.IsCompleted)
            {
                await PauseAsync(sim, TimeSpan.FromSeconds(4));
                int next = version + 1;
                formers.Add(listening.Swap(Version(next)));
                version = next;
                Assert.All(formers, former => Assert.True(!former.Drained.IsCompleted || former.ListConnections().Count == 0, "an application counts as drained while it has connections"));
            }
        }

        async Task AskAsync(SimHost client)
        {
            while (!storm.IsCompleted)
            {
                int before = version;
                await using ConnectionContext? connection = await ReachAsync(client);
                if (connection is null)
                {
                    continue;
                }

                var talk = new LineTalk(connection);
                int first = int.Parse((await talk.ReadAsync())!, System.Globalization.CultureInfo.InvariantCulture);
                Assert.InRange(first, before, version);
                for (int i = 0; i < 3; i++)
                {
                    await PauseAsync(sim, TimeSpan.FromSeconds(4));
                    await talk.WriteAsync("which");
                    Assert.Equal($"{first}", await talk.ReadAsync());
                }

                served++;
            }
        }

        // seven requests may all be lost; but nobody is refused
        static async Task<ConnectionContext?> ReachAsync(SimHost client)
        {
            try
            {
                return await client.ConnectAsync("tcp:server:7");
            }
            catch (EndpointException failure) when (!failure.Message.Contains("refused", StringComparison.Ordinal))
            {
                return null;
            }
        }

        static ConnectionDelegate Version(int number) => async connection =>
        {
            var talk = new LineTalk(connection);
            await talk.WriteAsync($"{number}");
            while (await talk.ReadAsync() is not null)
            {
                await talk.WriteAsync($"{number}");
            }
        };
    });

    [Fact]
    public Task A_client_comes_back_after_partitions_and_crashes_and_does_not_hammer() => RunAsync(
        async sim =>
        {
            TimeSpan beat = TimeSpan.FromSeconds(5);
            var retry = new RetryPolicy(new Random(sim.Seed)) { MaxDelay = TimeSpan.FromSeconds(20), StablePeriod = TimeSpan.FromSeconds(10) };
            (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
            int accepted = 0, requests = 0;
            bool isUnwell = false;
            server.Run(async (host, _) => await host.ListenAsync("tcp:7", async connection =>
            {
                accepted++;
                if (!isUnwell)
                {
                    await new LineTalk(connection).EchoAsync();
                }
            }));
            using IDisposable counter = sim.AddRule((in LinkUnit unit) =>
            {
                requests += unit is { Kind: LinkUnitKind.Connect, Attempt: 0, From.Name: "client" } ? 1 : 0;
                return LinkVerdict.Pass;
            });
            using var enough = new CancellationTokenSource();
            TimeSpan lastEcho = default;
            Task staying = StayAsync();
            await sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(5), Crashing = [server] });

            // healed: back after the longest delay, a request that was lost, and the first line's way
            TimeSpan healed = sim.Time.Elapsed;
            await sim.DelayAsync(TimeSpan.FromSeconds(60));
            Assert.True(lastEcho > healed, $"the client is not back: the last echo came at {lastEcho}, the storm was over at {healed}");

            // a blink of a server that was well for longer than the stable period: back after the first delay, whatever was before the storm's end
            await sim.DelayAsync(TimeSpan.FromSeconds(60));
            server.Crash();
            server.Restart();
            TimeSpan blinked = sim.Time.Elapsed;
            await sim.DelayAsync(beat + retry.InitialDelay + TimeSpan.FromSeconds(1));
            Assert.True(lastEcho > blinked, "a client whose connection was stable waits longer than the first delay");

            // a server that takes connections and drops them is not well: after half a minute it is asked every ten seconds on average
            isUnwell = true;
            server.Crash();
            server.Restart();
            int acceptedBefore = accepted;
            await sim.DelayAsync(TimeSpan.FromMinutes(5));
            Assert.InRange(accepted - acceptedBefore, 10, 100);
            isUnwell = false;
            await sim.DelayAsync(TimeSpan.FromMinutes(1));

            // a server that is away for twenty minutes is asked no more than every ten seconds on average, over two families
            server.Crash();
            int before = requests;
            await sim.DelayAsync(TimeSpan.FromMinutes(20));
            Assert.InRange(requests - before, 33, 350);
            server.Restart();
            TimeSpan restarted = sim.Time.Elapsed;
            await sim.DelayAsync(TimeSpan.FromSeconds(30));
            Assert.True(lastEcho > restarted, "the client is not back after the server's absence");
            enough.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => staying);

            async Task StayAsync()
            {
                await foreach (ConnectionContext connection in new ConnectionClient(client.Context).StayConnectedAsync(EndpointSpec.Parse("tcp:server:7"), retry, enough.Token))
                {
                    try
                    {
                        var talk = new LineTalk(connection);
                        while (true)
                        {
                            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), client.Time);
                            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, enough.Token);
                            await talk.WriteAsync("there?", either.Token);
                            if (await talk.ReadAsync(either.Token) is null)
                            {
                                break;
                            }

                            lastEcho = sim.Time.Elapsed;
                            await sim.DelayAsync(beat, enough.Token);
                        }
                    }
                    catch (Exception exception) when (IsWeather(exception) && !enough.IsCancellationRequested)
                    {
                        // the next one
                    }
                }
            }
        },
        returnsBuffers: false);
}
