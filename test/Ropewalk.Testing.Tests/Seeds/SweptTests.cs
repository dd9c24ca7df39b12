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
