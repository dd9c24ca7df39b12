using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Testing.Simulated;
using Ropewalk.Transports;

namespace Ropewalk.Testing.Tests.Simulated;

/// <summary>What links carry, and what becomes of connections at their ends.</summary>
public sealed class LinkTests
{
    private static readonly SimulationOptions Strict = new() { Mode = SimulationMode.Strict, Seed = 1 };

    [Fact]
    public Task A_host_reaches_itself_as_ever_however_bad_the_links_are() => Simulation.RunAsync(async sim =>
    {
        SimHost host = sim.AddHost("host");
        sim.Links = new LinkSettings { BytesPerSecond = 10, Latency = TimeSpan.FromHours(1), Loss = 1, WindowBytes = 1 };
        using IDisposable cut = sim.Partition(host);
        await host.ListenAsync("tcp:7", async connection => await connection.Transport.Input.CopyToAsync(connection.Transport.Output));
        await using ConnectionContext connection = await host.ConnectAsync("tcp:localhost:7");
        await connection.Transport.Output.WriteAsync(new byte[10_000]);
        await connection.Transport.Input.ReadAtLeastAsync(10_000);
        Assert.InRange(sim.Time.Elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(10)); // the resolver's
    }, new SimulationOptions { Seed = 1 });

    [Fact]
    public Task A_unit_that_was_reset_is_judged_once_and_never_delivered() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        sim.Links = new LinkSettings { Jitter = TimeSpan.FromMilliseconds(50) };
        long received = 0;
        await server.ListenAsync("tcp:7", async connection =>
        {
            received += (await connection.Transport.Input.ReadAsync()).Buffer.Length;
        });
        int resets = 0;
        using IDisposable rule = sim.AddRule((in LinkUnit unit) => unit.Kind == LinkUnitKind.Stream && resets++ == 0 ? LinkVerdict.Reset : LinkVerdict.Pass);
        ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        _ = connection.Transport.Output.WriteAsync(new byte[1000]).AsTask();
        _ = connection.Transport.Output.WriteAsync(new byte[1000]).AsTask();
        await sim.DelayAsync(TimeSpan.FromSeconds(5));
        Assert.Equal((0, 1), (received, resets));
        Assert.Equal(ConnectionEndReason.PeerReset, connection.Features.Get<IConnectionEndFeature>()!.End.Reason);
    }, Strict);

    [Fact]
    public Task Who_uploads_to_a_server_that_has_closed_is_told() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await server.ListenAsync("tcp:7", async connection =>
        {
            await connection.Transport.Input.ReadAsync();
            await connection.Transport.Output.WriteAsync("413 too much"u8.ToArray());
        });
        ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        long written = 0;
        try
        {
            while (!(await connection.Transport.Output.WriteAsync(new byte[60_000])).IsCompleted)
            {
                written += 60_000;
                Assert.True(written < 100_000_000, "nobody says that the server has gone");
            }
        }
        catch (ConnectionResetException)
        {
            // told this way too
        }
    }, Strict);

    [Fact]
    public Task A_host_without_power_sends_nothing_more() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await server.ListenAsync("tcp:7", async connection =>
        {
            await connection.Transport.Input.ReadAsync();
            await connection.Transport.Output.WriteAsync("too late"u8.ToArray());
        });
        ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        await connection.Transport.Output.WriteAsync("?"u8.ToArray());
        using (sim.AddRule((in LinkUnit unit) => unit.From == server ? LinkVerdict.Drop : LinkVerdict.Pass))
        {
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            server.CutPower();
        }

        ValueTask<ReadResult> reading = connection.Transport.Input.ReadAsync();
        await sim.DelayAsync(TimeSpan.FromHours(1));
        Assert.False(reading.IsCompleted);
    }, Strict);

    [Fact]
    public async Task A_failures_last_events_are_the_last()
    {
        SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            sim =>
            {
                for (int i = 0; i < 50; i++)
                {
                    sim.Log.Add("here", $"event {i}");
                }

                throw new InvalidOperationException("as planned");
            },
            new SimulationOptions { Mode = SimulationMode.Strict, Seed = 1, LogEvents = 5 }));
        Assert.Contains("event 49", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("event 4" + Environment.NewLine, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_has_failed_fails_a_run_that_ends_at_once() =>
        await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            sim =>
            {
                sim.AddHost("host").Run((_, _) => throw new InvalidOperationException("a bug"));
                return Task.CompletedTask;
            },
            Strict));

    [Fact]
    public Task What_makes_a_way_worse_is_taken_back_in_any_order_and_what_is_set_meanwhile_stays() => Simulation.RunAsync(
        sim =>
        {
            Way way = sim.Network.WayOf(sim.AddHost("one"), sim.AddHost("other"));
            LinkSettings bad = new() { Loss = 0.5 }, worse = new() { Loss = 0.5 }, set = new() { Loss = 0.1 };
            way.Worsen(bad);
            way.Worsen(worse);
            Assert.Same(worse, way.Settings);
            way.Mend(bad);
            Assert.Same(worse, way.Settings);
            way.Mend(worse);
            Assert.Same(sim.Links, way.Settings);
            way.Worsen(bad);
            sim.SetWay(sim.Hosts[0], sim.Hosts[1], set);
            Assert.Same(set, way.Settings);
            way.Mend(bad);
            Assert.Same(set, way.Settings);
            return Task.CompletedTask;
        },
        Strict);

    [Fact]
    public async Task A_storm_crashes_the_only_host_there_is()
    {
        SimulationLog log = await Simulation.RunAsync(
            async sim => await sim.StormAsync(new StormOptions { Crashing = [sim.AddHost("alone")] }),
            Strict);
        Assert.Contains(log.Events, one => one.Text is "crash" or "power cut");
    }

    [Fact]
    public Task Settings_that_no_link_can_have_are_refused() => Simulation.RunAsync(async sim =>
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkSettings { Latency = TimeSpan.FromMilliseconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkSettings { BytesPerSecond = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkSettings { BytesPerSecond = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkSettings { Loss = 1.5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkSettings { Mtu = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => LinkVerdict.Late(TimeSpan.MaxValue));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => sim.StormAsync(new StormOptions { Interval = TimeSpan.Zero }));
        SimHost host = sim.AddHost("host");
        host.Run((_, stopping) => Task.Delay(Timeout.InfiniteTimeSpan, host.Time, stopping));
        Assert.Throws<InvalidOperationException>(() => host.Run((_, _) => Task.CompletedTask));
        host.Crash();
        Assert.Throws<InvalidOperationException>(() => host.Run((_, _) => Task.CompletedTask));
    }, Strict);
}
