using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Transports;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Testing.Tests.Simulated;

public sealed class SimulationTests
{
    private static readonly SimulationOptions Strict = new() { Mode = SimulationMode.Strict, Seed = 1 };

    [Fact]
    public Task An_echo_takes_the_links_time_and_no_other() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        sim.Links = new LinkSettings { Latency = TimeSpan.FromMilliseconds(50) };
        sim.Names.Latency = TimeSpan.Zero;
        await server.ListenAsync("tcp:7", Echo.ServeAsync);
        await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        Assert.Equal(TimeSpan.FromMilliseconds(100), sim.Time.Elapsed); // there and back
        Assert.Equal("hello", await Echo.AskAsync(connection, "hello"));
        Assert.Equal(TimeSpan.FromMilliseconds(200), sim.Time.Elapsed);
    }, Strict);

    [Fact]
    public Task Where_nobody_listens_a_connection_is_refused() => Simulation.RunAsync(async sim =>
    {
        SimHost client = sim.AddHost("client");
        sim.AddHost("server");
        EndpointException refused = await Assert.ThrowsAsync<EndpointException>(() => client.ConnectAsync("tcp:server:7"));
        Assert.Contains("refused", refused.ToString(), StringComparison.OrdinalIgnoreCase);
    }, Strict);

    [Fact]
    public Task What_is_sent_in_a_partition_arrives_after_it() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await server.ListenAsync("tcp:7", Echo.ServeAsync);
        await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        Task<string> asking;
        using (sim.Partition(client))
        {
            asking = Echo.AskAsync(connection, "hello");
            await sim.DelayAsync(TimeSpan.FromSeconds(30));
            Assert.False(asking.IsCompleted);
        }

        Assert.Equal("hello", await asking);
        Assert.InRange(sim.Time.Elapsed, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(80));
    }, Strict);

    [Fact]
    public Task A_sender_gives_up_after_a_quarter_of_an_hour_without_an_answer() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await server.ListenAsync("tcp:7", Echo.ServeAsync);
        await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        using IDisposable cut = sim.Partition(server);
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => Echo.AskAsync(connection, "hello"));
        Assert.Equal(ConnectionEndReason.TimedOut, connection.Features.Get<IConnectionEndFeature>()!.End.Reason);
        Assert.InRange(sim.Time.Elapsed, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(20));
    }, Strict);

    [Fact]
    public Task A_crash_ends_its_connections_and_a_restart_runs_the_program_again() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        int starts = 0;
        server.Run(async (host, down) =>
        {
            starts++;
            await host.ListenAsync("tcp:7", Echo.ServeAsync);
        });
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        await using ConnectionContext first = await client.ConnectAsync("tcp:server:7");
        Assert.Equal("a", await Echo.AskAsync(first, "a"));
        server.Crash();
        Assert.Equal("", await ReadSomeAsync(first)); // the system of the host has ended it
        await Assert.ThrowsAsync<EndpointException>(() => client.ConnectAsync("tcp:server:7"));
        server.Restart();
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        await using ConnectionContext second = await client.ConnectAsync("tcp:server:7");
        Assert.Equal("b", await Echo.AskAsync(second, "b"));
        Assert.Equal(2, starts);
    }, Strict);

    /// <summary>The request takes until 50 ms, the answer until 100 ms, and the acknowledgement until 150 ms: then the listener has the connection.</summary>
    [Theory]
    [InlineData(75, false)]
    [InlineData(125, false)]
    [InlineData(75, true)]
    [InlineData(125, true)]
    public Task A_host_that_goes_before_it_is_joined_leaves_no_connection_that_seems_well(int milliseconds, bool powerCut) => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        sim.Links = new LinkSettings { Latency = TimeSpan.FromMilliseconds(50) };
        sim.Names.Latency = TimeSpan.Zero;
        int served = 0;
        server.Run((host, _) => host.ListenAsync("tcp:7", connection =>
        {
            served++;
            return Echo.ServeAsync(connection);
        }));
        Task<ConnectionContext> connecting = client.ConnectAsync("tcp:server:7");
        await sim.DelayAsync(TimeSpan.FromMilliseconds(milliseconds));
        (powerCut ? (Action)server.CutPower : server.Crash)();
        await using (ConnectionContext connection = await connecting)
        {
            Assert.Equal(TimeSpan.FromMilliseconds(Math.Max(100, milliseconds)), sim.Time.Elapsed);
            Task<string> reading = ReadSomeAsync(connection);
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(!powerCut, reading.IsCompleted); // a host without power tells nobody
            server.Restart();
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            await connection.Transport.Output.WriteAsync("anybody?"u8.ToArray());
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.True(reading.IsCompleted);
            Assert.True(await Record.ExceptionAsync(() => reading) is ConnectionResetException || await reading == "", "neither reset nor ended");
        }

        Assert.Equal(0, served);
        Assert.Empty(server.Life.Describe());
        await using ConnectionContext next = await client.ConnectAsync("tcp:server:7");
        Assert.Equal("again", await Echo.AskAsync(next, "again"));
    }, Strict);

    [Fact]
    public Task A_power_cut_tells_nobody_until_somebody_asks_a_host_that_has_forgotten() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await server.ListenAsync("tcp:7", Echo.ServeAsync);
        await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        Task<string> reading = ReadSomeAsync(connection);
        server.CutPower();
        await sim.DelayAsync(TimeSpan.FromHours(2));
        Assert.False(reading.IsCompleted);
        server.Restart();
        await connection.Transport.Output.WriteAsync("anybody?"u8.ToArray());
        await Assert.ThrowsAsync<ConnectionResetException>(() => reading);
    }, Strict);

    [Fact]
    public Task Half_closes_and_big_writes_arrive_whole_through_loss_and_jitter() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        sim.Links = new LinkSettings { Latency = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(30), Loss = 0.1, BytesPerSecond = 1e6 };
        await server.ListenAsync("tcp:7", Echo.ServeAsync);
        await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        byte[] sent = new byte[1_000_000];
        sim.Random.NextBytes(sent);
        Task writing = WriteAllAsync(connection, sent);
        byte[] received = await ReadAllAsync(connection);
        await writing;
        Assert.Equal(sent, received);
        Assert.True(sim.Time.Elapsed > TimeSpan.FromSeconds(1), "a megabyte at a megabyte a second");
    }, Strict);

    [Fact]
    public async Task The_same_seed_gives_the_same_trace_and_another_one_does_not()
    {
        ulong[] traces = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => TraceAsync(7)));
        Assert.Single(traces.Distinct());
        Assert.NotEqual(traces[0], await TraceAsync(8));

        static async Task<ulong> TraceAsync(int seed) => (await Simulation.RunAsync(
            async sim =>
            {
                SimHost server = sim.AddHost("server");
                sim.Links = new LinkSettings { Jitter = TimeSpan.FromMilliseconds(9), Loss = 0.05 };
                await server.ListenAsync("tcp:7", Echo.ServeAsync);
                await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
                {
                    SimHost client = sim.AddHost($"client{i}");
                    await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
                    for (int n = 0; n < 5; n++)
                    {
                        Assert.Equal($"{i}.{n}", await Echo.AskAsync(connection, $"{i}.{n}"));
                        await sim.DelayAsync(TimeSpan.FromMilliseconds(sim.Random.Next(1000)));
                    }
                }));
            },
            new SimulationOptions { Mode = SimulationMode.Strict, Seed = seed })).Trace;
    }

    [Fact]
    public async Task A_failure_tells_the_seed_the_time_and_how_to_repeat_it()
    {
        SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            async sim =>
            {
                await sim.DelayAsync(TimeSpan.FromSeconds(90));
                throw new InvalidOperationException("as planned");
            },
            new SimulationOptions { Mode = SimulationMode.Strict, Seed = 17 }));
        Assert.Equal((17, TimeSpan.FromSeconds(90)), (failed.Seed, failed.Elapsed));
        Assert.Contains("ROPEWALK_SEED=17", failed.Message, StringComparison.Ordinal);
        Assert.Contains("as planned", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_what_never_comes_fails_instead_of_hanging()
    {
        SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(_ => new TaskCompletionSource().Task, Strict));
        Assert.Contains("waits for what never comes", failed.Message, StringComparison.Ordinal);
        failed = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            async sim =>
            {
                while (true)
                {
                    await sim.DelayAsync(TimeSpan.FromHours(1));
                }
            },
            Strict));
        Assert.IsType<TimeoutException>(failed.InnerException);
    }

    [Fact]
    public async Task Strict_mode_names_who_came_from_another_thread()
    {
        SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(() => Simulation.RunAsync(
            async sim =>
            {
                SimHost client = sim.AddHost("client");
                var thread = new Thread(() => Record.Exception(() => client.ConnectAsync("tcp:10.0.0.1:7").GetAwaiter().GetResult()));
                thread.Start();
                thread.Join();
                await sim.DelayAsync(TimeSpan.FromSeconds(1));
            },
            Strict));
        Assert.Contains("Connecting from a simulated host came from another thread", failed.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Strict_mode_names_who_came_from_another_thread), failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Names_change_fail_and_stall() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await server.ListenAsync("tcp:7", Echo.ServeAsync);
        sim.Names.Set("service", IPAddress.Parse("10.9.9.9"));
        await Assert.ThrowsAsync<EndpointException>(() => client.ConnectAsync("tcp:service:7"));
        sim.Names.Set("service", [.. server.Addresses]);
        await (await client.ConnectAsync("tcp:service:7")).DisposeAsync();
        sim.Names.Fail("service");
        await Assert.ThrowsAsync<EndpointException>(() => client.ConnectAsync("tcp:service:7"));
        sim.Names.Stall("service");
        TimeSpan before = sim.Time.Elapsed;
        await Assert.ThrowsAsync<EndpointException>(() => client.ConnectAsync("tcp:service:7"));
        Assert.True(sim.Time.Elapsed - before > TimeSpan.FromSeconds(1), "the client gave up by its own timeout");
    }, Strict);

    [Fact]
    public Task A_rule_decides_first_and_is_gone_when_disposed() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        await server.ListenAsync("tcp:7", Echo.ServeAsync);
        await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        using (sim.AddRule((in LinkUnit unit) => unit is { Kind: LinkUnitKind.Stream, From.Name: "client" } ? LinkVerdict.Late(TimeSpan.FromSeconds(5)) : LinkVerdict.Pass))
        {
            TimeSpan before = sim.Time.Elapsed;
            await Echo.AskAsync(connection, "late");
            Assert.Equal(TimeSpan.FromMilliseconds(5002), sim.Time.Elapsed - before);
        }

        using (sim.AddRule((in LinkUnit unit) => unit.Kind == LinkUnitKind.Stream ? LinkVerdict.Reset : LinkVerdict.Pass))
        {
            await Assert.ThrowsAsync<ConnectionResetException>(() => Echo.AskAsync(connection, "reset"));
        }
    }, Strict);

    [Fact]
    public Task Datagrams_are_lost_doubled_and_overtaken_as_the_link_says() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        var received = new List<string>();
        await using IDatagramPort port = await server.Context.DatagramPorts.BindAsync(
            new IPEndPoint(IPAddress.Any, 53),
            (ref DatagramBatch batch) =>
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    received.Add(Encoding.ASCII.GetString(batch[i].Payload));
                }
            });
        await using IDatagramPort from = await client.Context.DatagramPorts.BindAsync(new IPEndPoint(IPAddress.Any, 0), (ref DatagramBatch _) => { });
        var to = new PeerAddress(new IPEndPoint(server.Addresses[0], 53));
        await SendAsync(10);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), received);

        sim.SetLink(server, client, new LinkSettings { Loss = 0.2, Duplication = 0.2, Reordering = 0.2 });
        received.Clear();
        await SendAsync(1000);
        Assert.InRange(received.Distinct().Count(), 700, 900);
        Assert.InRange(received.Count - received.Distinct().Count(), 80, 240);
        Assert.NotEqual(received.Order(Comparer<string>.Create((a, b) => int.Parse(a) - int.Parse(b))), received);

        sim.SetLink(server, client, new LinkSettings { Mtu = 1260 });
        received.Clear();
        from.TrySend(to, new byte[1233]);
        from.TrySend(to, new byte[1232]);
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(1232, Assert.Single(received).Length);

        async Task SendAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                from.TrySend(to, Encoding.ASCII.GetBytes($"{i}"));
            }

            await sim.DelayAsync(TimeSpan.FromSeconds(1));
        }
    }, Strict);

    private static async Task<string> ReadSomeAsync(ConnectionContext connection)
    {
        ReadResult read = await connection.Transport.Input.ReadAsync();
        string text = Encoding.ASCII.GetString(read.Buffer);
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        return text;
    }

    private static async Task WriteAllAsync(ConnectionContext connection, byte[] bytes)
    {
        await connection.Transport.Output.WriteAsync(bytes);
        await connection.Transport.Output.CompleteAsync();
    }

    private static async Task<byte[]> ReadAllAsync(ConnectionContext connection)
    {
        var all = new ArrayBufferWriter<byte>();
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                all.Write(piece.Span);
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return all.WrittenSpan.ToArray();
            }
        }
    }
}
