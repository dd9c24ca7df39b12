using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Ropewalk.Hosting;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Testing.Tests.Simulated;

/// <summary>The same seed gives the same trace, however busy the machine is.</summary>
public sealed class DeterminismTests
{
    private static readonly LinkSettings Weather = new() { Latency = TimeSpan.FromMilliseconds(10), Jitter = TimeSpan.FromMilliseconds(20), Loss = 0.05, Duplication = 0.05, Reordering = 0.05 };

    [Fact]
    public async Task A_thousand_strict_runs_are_one()
    {
        using var noise = new Noise();
        SimulationLog first = await StrictAsync(5);
        for (int run = 1; run < 1000; run++)
        {
            AssertSame(first, await StrictAsync(5), run);
        }

        Assert.NotEqual(first.Trace, (await StrictAsync(6)).Trace);
    }

    [Fact]
    public async Task A_thousand_whole_runs_of_code_that_leaves_its_context_are_one()
    {
        using var noise = new Noise();
        SimulationLog first = await WholeAsync(5);
        for (int run = 1; run < 1000; run++)
        {
            AssertSame(first, await WholeAsync(5), run);
        }

        Assert.NotEqual(first.Trace, (await WholeAsync(6)).Trace);
    }

    [Fact]
    public async Task Two_seconds_of_Kestrel_and_HttpClient_are_one_run()
    {
        using var noise = new Noise();
        SimulationLog first = await HttpAsync(5);
        long start = Stopwatch.GetTimestamp();
        int run = 1;
        for (; run < 1000 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2); run++)
        {
            AssertSame(first, await HttpAsync(5), run);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{run} runs");
        Assert.True(run > 10, $"only {run} runs in two seconds");
        Assert.NotEqual(first.Trace, (await HttpAsync(6)).Trace);
    }

    private static Task<SimulationLog> StrictAsync(int seed) => Simulation.RunAsync(
        async sim =>
        {
            sim.Links = Weather;
            (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
            await server.ListenAsync("tcp:7", Echo.ServeAsync);
            await using IDatagramPort port = await server.Context.DatagramPorts.BindAsync(new IPEndPoint(IPAddress.Any, 53), (ref DatagramBatch _) => { });
            await using IDatagramPort from = await client.Context.DatagramPorts.BindAsync(new IPEndPoint(IPAddress.Any, 0), (ref DatagramBatch _) => { });
            var to = new PeerAddress(new IPEndPoint(server.Addresses[0], 53));
            await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
            {
                await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
                for (int n = 0; n < 2; n++)
                {
                    from.TrySend(to, new byte[sim.Random.Next(1000)]);
                    await Echo.AskAsync(connection, $"{i}.{n}");
                    await sim.DelayAsync(TimeSpan.FromMilliseconds(sim.Random.Next(100)));
                }
            }));
        },
        new SimulationOptions { Mode = SimulationMode.Strict, Seed = seed });

    private static Task<SimulationLog> WholeAsync(int seed) => Simulation.RunAsync(
        async sim =>
        {
            sim.Links = Weather;
            (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
            await server.ListenAsync("tcp:7", async connection => await connection.Transport.Input.CopyToAsync(connection.Transport.Output).ConfigureAwait(false)).ConfigureAwait(false);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
            {
                await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7").ConfigureAwait(false);
                for (int n = 0; n < 2; n++)
                {
                    await Echo.AskAsync(connection, $"{i}.{n}").ConfigureAwait(false);
                    await sim.DelayAsync(TimeSpan.FromMilliseconds(sim.Random.Next(100))).ConfigureAwait(false);
                }
            }))).ConfigureAwait(false);
        },
        new SimulationOptions { Seed = seed });

    private static Task<SimulationLog> HttpAsync(int seed) => Simulation.RunAsync(
        async sim =>
        {
            sim.Links = Weather;
            (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
            await using KestrelApplication kestrel = await KestrelApplication.StartAsync(async context =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), server.Time).ConfigureAwait(false);
                await context.Response.WriteAsync($"hello {context.Request.Query["n"]}").ConfigureAwait(false);
            });
            await server.ListenAsync("tcp:80", kestrel.Connections);
            using HttpClient http = client.Context.CreateHttpClient();
            string[] answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => http.GetStringAsync(new Uri($"http://server/?n={n}"))));
            Assert.Equal(["hello 0", "hello 1", "hello 2", "hello 3", "hello 4"], answers);
        },
        new SimulationOptions { Seed = seed });

    private static void AssertSame(SimulationLog first, SimulationLog other, int run)
    {
        if (first.Trace == other.Trace)
        {
            return;
        }

        string[] one = [.. first.Events.Select(e => e.ToString())], two = [.. other.Events.Select(e => e.ToString())];
        int at = one.Zip(two).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail($"run {run} differs from event {at} on\n--- first\n{string.Join('\n', one.Skip(at - 5).Take(10))}\n--- other\n{string.Join('\n', two.Skip(at - 5).Take(10))}");
    }
}
