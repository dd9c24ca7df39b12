using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Storage;
using Ropewalk.Transports;

namespace Ropewalk.Testing.Tests.Simulated;

/// <summary>What a host's life is: its clock, its disk, its program, and how they end.</summary>
public sealed class SimHostTests
{
    private static readonly SimulationOptions Strict = new() { Mode = SimulationMode.Strict, Seed = 1 };
    private static readonly FileStorePath Log = FileStorePath.Parse("log");

    [Fact]
    public Task Clocks_are_apart_and_their_timers_are_not() => Simulation.RunAsync(async sim =>
    {
        (SimHost ahead, SimHost right) = (sim.AddHost("ahead"), sim.AddHost("right"));
        ahead.ClockSkew = TimeSpan.FromHours(3);
        Assert.Equal(right.Time.GetUtcNow() + TimeSpan.FromHours(3), ahead.Time.GetUtcNow());
        Assert.Equal(sim.Time.GetUtcNow(), right.Time.GetUtcNow());
        await Task.Delay(TimeSpan.FromMinutes(1), ahead.Time);
        Assert.Equal(TimeSpan.FromMinutes(1), sim.Time.Elapsed);
    }, Strict);

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public Task A_disk_keeps_what_a_crash_keeps_and_loses_what_a_power_cut_loses(bool powerCut, int left) => Simulation.RunAsync(async sim =>
    {
        SimHost host = sim.AddHost("host");
        IFileStoreFile file = await host.Files.OpenAsync(Log, FileStoreMode.Append);
        await file.AppendAsync("1"u8.ToArray());
        await file.FlushAsync();
        await file.AppendAsync("2"u8.ToArray());
        IFileStore former = host.Files;
        Task flushing = file.FlushAsync().AsTask();
        End();
        Task writing = file.AppendAsync("3"u8.ToArray()).AsTask(); // what is left of the former life has no effect
        Task opening = former.OpenAsync(Log, FileStoreMode.Create).AsTask();
        host.Restart();
        await sim.DelayAsync(TimeSpan.FromDays(0.5));
        Assert.False(flushing.IsCompleted || writing.IsCompleted || opening.IsCompleted);
        await using IFileStoreFile again = await host.Files.OpenAsync(Log, FileStoreMode.Append);
        Assert.Equal(left, again.LengthBytes);
        await again.AppendAsync("4"u8.ToArray()); // the former life's hold on the file is gone
        byte[] content = new byte[left + 1];
        Assert.Equal(left + 1, await again.ReadAsync(0, content));
        Assert.Equal("124"[..left] + "4", Encoding.ASCII.GetString(content));

        void End()
        {
            if (powerCut)
            {
                host.CutPower();
            }
            else
            {
                host.Crash();
            }
        }
    }, Strict);

    [Fact]
    public Task A_dead_hosts_code_never_goes_on() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await server.ListenAsync("tcp:7", async connection => await connection.Transport.Input.ReadAsync());
        ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        Task[] waiting =
        [
            Task.Delay(TimeSpan.FromSeconds(1), client.Time), client.ConnectAsync("tcp:server:7"), connection.Transport.Input.ReadAsync().AsTask(),
            connection.Transport.Output.WriteAsync(new byte[1_000_000]).AsTask(),
        ];
        client.Crash();
        await sim.DelayAsync(TimeSpan.FromHours(10));
        Assert.DoesNotContain(waiting, task => task.IsCompleted);
    }, Strict);

    [Fact]
    public Task A_program_is_asked_to_stop_and_started_again() => Simulation.RunAsync(async sim =>
    {
        SimHost host = sim.AddHost("host");
        List<string> told = [];
        host.Run(async (_, stopping) =>
        {
            told.Add("up");
            await Task.Delay(Timeout.InfiniteTimeSpan, host.Time, stopping).ContinueWith(_ => told.Add("bye"), TaskScheduler.FromCurrentSynchronizationContext());
        });
        await host.StopAsync();
        Assert.False(host.IsUp);
        host.Restart();
        Assert.Throws<InvalidOperationException>(host.Restart);
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        host.Crash();
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["up", "bye", "up"], told);
    }, Strict);

    [Fact]
    public async Task A_program_that_fails_fails_the_run_although_nobody_waits_for_it()
    {
        SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            async sim =>
            {
                sim.AddHost("host").Run(async (host, _) =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(5), host.Time);
                    throw new InvalidOperationException("a bug");
                });
                await sim.DelayAsync(TimeSpan.FromHours(1));
            },
            Strict));
        Assert.Equal(TimeSpan.FromSeconds(5), failed.Elapsed);
        Assert.Contains("The program of host failed: a bug", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_request_whose_answer_is_lost_is_accepted_once() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        int accepted = 0;
        await server.ListenAsync("tcp:7", async connection =>
        {
            accepted++;
            await connection.Transport.Input.ReadAsync();
        });
        int answers = 0;
        using IDisposable rule = sim.AddRule((in LinkUnit unit) => unit.Kind == LinkUnitKind.Connect && unit.From == server && answers++ == 0 ? LinkVerdict.Drop : LinkVerdict.Pass);
        ConnectionContext connection = await client.ConnectAsync($"tcp:{client.Addresses[0].ToString().Replace(".2", ".1", StringComparison.Ordinal)}:7");
        await connection.Transport.Output.WriteAsync("x"u8.ToArray());
        await sim.DelayAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((1, 2), (accepted, answers));
    }, Strict);

    [Fact]
    public Task A_reset_that_is_lost_is_sent_again_when_more_comes() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        ConnectionContext? served = null;
        await server.ListenAsync("tcp:7", async connection =>
        {
            served = connection;
            await connection.Transport.Input.ReadAsync();
        });
        ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        using (sim.Partition(client))
        {
            served!.Abort();
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
        }

        ValueTask<System.IO.Pipelines.ReadResult> reading = connection.Transport.Input.ReadAsync();
        await sim.DelayAsync(TimeSpan.FromHours(1));
        Assert.False(reading.IsCompleted); // a half-open connection: nobody says anything
        await connection.Transport.Output.WriteAsync("anybody?"u8.ToArray());
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await reading);
        Assert.Equal(ConnectionEndReason.PeerReset, connection.Features.Get<IConnectionEndFeature>()!.End.Reason);
    }, Strict);

    [Fact]
    public Task A_ways_bytes_per_second_are_shared_by_all_that_goes_it() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        sim.SetWay(client, server, new LinkSettings { BytesPerSecond = 100_000 });
        await server.ListenAsync("tcp:7", async connection =>
        {
            System.IO.Pipelines.ReadResult read;
            do
            {
                read = await connection.Transport.Input.ReadAsync();
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
            await connection.Transport.Output.WriteAsync(new byte[250_000]);
            await connection.Transport.Output.CompleteAsync();
            while (!(await connection.Transport.Input.ReadAsync()).IsCompleted)
            {
            }
        }));
        Assert.InRange(sim.Time.Elapsed, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11)); // a megabyte at 100 KB/s
    }, Strict);

    [Fact]
    public Task Listening_at_a_name_that_does_not_come_is_given_up() => Simulation.RunAsync(async sim =>
    {
        SimHost host = sim.AddHost("host");
        sim.Names.Stall("host");
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(3), host.Time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.ListenAsync("tcp:host:7", _ => Task.CompletedTask, enough.Token));
        Assert.Equal(TimeSpan.FromSeconds(3), sim.Time.Elapsed);
    }, Strict);

    [Fact]
    public Task Names_and_addresses_are_told_apart() => Simulation.RunAsync(async sim =>
    {
        SimHost host = sim.AddHost("host", IPAddress.Parse("192.0.2.1"));
        Assert.Throws<ArgumentException>(() => sim.AddHost("HOST"));
        Assert.Throws<ArgumentException>(() => sim.AddHost("other", IPAddress.Parse("192.0.2.1")));
        await host.ListenAsync("tcp:7", _ => Task.CompletedTask);
        await Assert.ThrowsAsync<EndpointException>(() => host.ListenAsync("tcp:7", _ => Task.CompletedTask));
        await Assert.ThrowsAsync<EndpointException>(() => host.ListenAsync("tcp:192.0.2.2:8", _ => Task.CompletedTask));
        await using ConnectionContext own = await host.ConnectAsync("tcp:127.0.0.1:7");
        EndpointException failure = await Assert.ThrowsAsync<EndpointException>(() => host.ConnectAsync("tcp:192.0.2.9:7"));
        Assert.Equal(SocketError.HostUnreachable, Assert.IsType<SocketException>(failure.InnerException).SocketErrorCode);
    }, Strict);

    [Fact]
    public async Task A_storm_is_the_seeds_and_mends_what_it_broke()
    {
        List<string> first = await WeatherAsync(1);
        Assert.Equal(first, await WeatherAsync(1));
        Assert.NotEqual(first, await WeatherAsync(2));
        string all = string.Join(Environment.NewLine, first);
        Assert.All(["partition", "bad link", "crash", "restart"], one => Assert.Contains(one, all, StringComparison.Ordinal));

        static async Task<List<string>> WeatherAsync(int seed)
        {
            SimulationLog log = await Simulation.RunAsync(
                async sim =>
                {
                    SimHost[] hosts = [sim.AddHost("a"), sim.AddHost("b"), sim.AddHost("c")];
                    await sim.StormAsync(new StormOptions { Crashing = [hosts[0]], Duration = TimeSpan.FromMinutes(10) });
                    Assert.Equal(TimeSpan.FromMinutes(10), sim.Time.Elapsed);
                    Assert.True(hosts[0].IsUp);
                    await hosts[0].ListenAsync("tcp:7", _ => Task.CompletedTask);
                    foreach (SimHost host in hosts[1..])
                    {
                        TimeSpan before = sim.Time.Elapsed;
                        await (await host.ConnectAsync("tcp:a:7")).DisposeAsync();
                        Assert.InRange(sim.Time.Elapsed - before, TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
                    }
                },
                new SimulationOptions { Mode = SimulationMode.Strict, Seed = seed });
            return [.. log.Events.Select(one => one.ToString())];
        }
    }
}
