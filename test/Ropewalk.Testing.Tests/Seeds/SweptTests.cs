using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Testing.Simulated;

namespace Ropewalk.Testing.Tests.Seeds;

/// <summary>Passes here. In a process that other tests start with <see cref="FailingSeed"/> set, it fails with that seed.</summary>
public sealed class SweptTests
{
    public const string FailingSeed = "SWEPT_FAILING_SEED";

    public const string Blocks = "SWEPT_BLOCKS";

    [Fact]
    public async Task The_worker_comes_round()
    {
        bool blocks = Environment.GetEnvironmentVariable(Blocks) is not null;
        WholeLoop.LeastWatch = blocks ? TimeSpan.FromMilliseconds(200) : WholeLoop.LeastWatch;
        await Simulation.RunAsync(
            async sim =>
            {
                await sim.DelayAsync(TimeSpan.FromSeconds(1));
                Task later = sim.DelayAsync(TimeSpan.FromSeconds(1));
                if (blocks)
                {
                    later.Wait();
                }

                await later;
            },
            new SimulationOptions { Patience = TimeSpan.FromMilliseconds(200) });
    }

    [Fact]
    public async Task A_run_after_one_that_blocked_the_worker_is_as_ever()
    {
        ulong trace = await TraceAsync();
        using var release = new ManualResetEventSlim();
        if (Environment.GetEnvironmentVariable(Blocks) is not null)
        {
            WholeLoop.LeastWatch = TimeSpan.FromMilliseconds(200);
            SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
                async sim =>
                {
                    await sim.DelayAsync(TimeSpan.FromSeconds(1));
                    Task later = sim.DelayAsync(TimeSpan.FromSeconds(1));
                    release.Wait();
                    await later;
                },
                new SimulationOptions { Patience = TimeSpan.FromMilliseconds(200) }));
            Assert.Contains("has not come round", failed.Message, StringComparison.Ordinal);
            release.Set();
            Console.WriteLine("a run was ended");
        }

        Assert.Equal(trace, await TraceAsync());
        Assert.Equal(trace, await TraceAsync());

        static async Task<ulong> TraceAsync() => (await Simulation.RunAsync(
            async sim =>
            {
                (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
                sim.Links = new LinkSettings { Jitter = TimeSpan.FromMilliseconds(9), Loss = 0.05 };
                await server.ListenAsync("tcp:7", Echo.ServeAsync);
                await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Task.Run(async () =>
                {
                    await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
                    Assert.Equal($"{i}", await Echo.AskAsync(connection, $"{i}"));
                })));
            },
            new SimulationOptions { Seed = 5 })).Trace;
    }

    [Fact]
    public Task Clients_ask_through_loss() => Simulation.RunAsync(
        async sim =>
        {
            SimHost server = sim.AddHost("server");
            sim.Links = new LinkSettings { Jitter = TimeSpan.FromMilliseconds(9), Loss = 0.05 };
            await server.ListenAsync("tcp:7", async connection =>
            {
                ReadResult read = await connection.Transport.Input.ReadAsync();
                await connection.Transport.Output.WriteAsync(read.Buffer.First);
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
            });
            for (int i = 0; i < 5; i++)
            {
                await using ConnectionContext connection = await sim.AddHost($"client{i}").ConnectAsync("tcp:server:7");
                await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"{i}"));
                await connection.Transport.Input.ReadAtLeastAsync(1);
            }

            Assert.NotEqual($"{sim.Seed}", Environment.GetEnvironmentVariable(FailingSeed));
        },
        new SimulationOptions { Mode = SimulationMode.Strict });
}
