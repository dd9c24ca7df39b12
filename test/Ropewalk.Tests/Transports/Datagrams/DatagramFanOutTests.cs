using System.Net;
using System.Net.Sockets;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

/// <summary>
/// Nothing is lost by spreading datagrams over workers: senders wait for each answer before they send again, so no queue can be full, and
/// each datagram must be answered or refused. Silence is loss.
/// </summary>
public sealed class DatagramFanOutTests
{
    private const int Sources = 64;
    private const int Threads = 8;

    [Theory]
    [InlineData(DatagramKind.Batched)]
    [InlineData(DatagramKind.Portable)]
    public async Task Every_datagram_of_many_sources_is_answered_by_some_worker(DatagramKind kind)
    {
        kind.Require();
        const int each = 50;
        long[] byWorker = new long[4];
        await using IDatagramPort port = await kind.NewNetwork().BindAsync(Loopback, Count, FourWorkers(kind));
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => OnThread(() =>
        {
            // the choice of the worker is a hash over the sender's port, so there are more senders than threads
            for (int n = 0; n < Sources / Threads; n++)
            {
                using Socket source = Open(port.LocalEndPoint);
                for (int i = 0; i < each; i++)
                {
                    Assert.True(Ask(source, i));
                }
            }
        })));

        await port.StopAsync();
        DatagramCounters counters = port.ReadCounters();
        Assert.Equal(Sources * each, counters.Received);
        Assert.Equal(Sources * each, counters.Sent);
        Assert.Equal(Sources * each, byWorker.Sum());
        if (kind == DatagramKind.Batched)
        {
            Assert.All(byWorker, count => Assert.True(count > 0, "a worker whose socket no source's hash falls on"));
        }

        void Count(ref DatagramBatch batch)
        {
            byWorker[batch.Worker] += batch.Count;
            Echo(ref batch);
        }
    }

    // The naive versions lose here: at the start (a socket that answers although its options or its worker are not there yet, or that is
    // closed again because the next could not be bound) and at the end (what is queued in a socket dies with it).
    [Fact]
    public async Task Nothing_falls_silent_while_ports_come_and_go_under_traffic()
    {
        DatagramKind.Batched.Require();
        IPEndPoint at = await FreePortAsync();
        using var end = new CancellationTokenSource();
        long answered = 0;
        long refused = 0;
        Task[] senders = [.. Enumerable.Range(0, Threads).Select(_ => OnThread(() =>
        {
            Socket[] sources = [.. Enumerable.Range(0, Sources / Threads).Select(_ => Open(at))];
            for (int i = 0; !end.IsCancellationRequested; i++)
            {
                if (Ask(sources[i % sources.Length], i))
                {
                    Interlocked.Increment(ref answered);
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }
            }

            Array.ForEach(sources, source => source.Dispose());
        }))];

        long received = 0;
        for (int cycle = 0; cycle < 8; cycle++)
        {
            var enough = new CountdownEvent(800);
            await using (DatagramPort port = DatagramPort.Bind(at, CountDown, FourWorkers(DatagramKind.Batched)))
            {
                Assert.True(enough.Wait(TimeSpan.FromSeconds(20)));
                await port.StopAsync();
                DatagramCounters counters = port.ReadCounters();
                Assert.Equal(counters.Received, counters.Sent);
                received += counters.Received;
            }

            void CountDown(ref DatagramBatch batch)
            {
                Echo(ref batch);
                if (!enough.IsSet)
                {
                    enough.Signal(Math.Min(batch.Count, enough.CurrentCount));
                }
            }
        }

        await end.CancelAsync();
        await Task.WhenAll(senders);  // an Ask that hears nothing has thrown
        Assert.Equal(received, Interlocked.Read(ref answered));
        Assert.True(Interlocked.Read(ref refused) > 0, "the ports were never away");
    }

    // With the workers held inside their handlers, everything below is in the sockets' queues when the stop begins.
    [Theory]
    [InlineData(DatagramKind.Batched)]
    [InlineData(DatagramKind.Portable)]
    [InlineData(DatagramKind.Memory)]
    public async Task What_is_queued_when_a_port_stops_is_answered(DatagramKind kind)
    {
        kind.Require();
        const int each = 20;
        const int senders = 32;
        using var gate = new ManualResetEventSlim();
        using var inside = new SemaphoreSlim(0);
        IDatagramPortFactory network = kind.NewNetwork();
        IDatagramPort port = await network.BindAsync(
            Loopback,
            (ref DatagramBatch batch) =>
            {
                inside.Release();
                gate.Wait();
                Echo(ref batch);
            },
            FourWorkers(kind));
        RecordingPort[] sources = await Task.WhenAll(
            Enumerable.Range(0, senders).Select(_ => RecordingPort.BindAsync(network, kind.NewOptions())));
        foreach (RecordingPort source in sources)
        {
            for (int i = 0; i < each; i++)
            {
                source.Send(port.LocalEndPoint, [(byte)i]);
            }
        }

        await inside.WaitAsync();
        Task stop = port.StopAsync();
        Assert.False(stop.IsCompleted);
        gate.Set();
        await stop.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        foreach (RecordingPort source in sources)
        {
            var answers = new List<int>();
            for (int i = 0; i < each; i++)
            {
                answers.Add(Assert.Single((await source.ReceiveAsync()).Payload));
            }

            // workers that share one socket may overtake each other; one socket's datagrams stay in order
            Assert.Equal(Enumerable.Range(0, each), kind == DatagramKind.Portable ? answers.Order() : answers);
        }

        Assert.Equal(senders * each, port.ReadCounters().Received);
        await port.DisposeAsync();
        foreach (RecordingPort source in sources)
        {
            await source.DisposeAsync();
        }
    }

    // Traffic that never pauses must not keep a port from stopping.
    [Theory]
    [InlineData(DatagramKind.Batched)]
    [InlineData(DatagramKind.Portable)]
    public async Task Stops_under_a_flood(DatagramKind kind)
    {
        kind.Require();
        DatagramPortOptions options = kind.NewOptions();
        options.ReceiveBufferBytes = 64 * 1024;
        IDatagramPort port = await kind.NewNetwork().BindAsync(Loopback, Echo, options);
        using var end = new CancellationTokenSource();
        Task flood = OnThread(() =>
        {
            using var source = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            while (!end.IsCancellationRequested)
            {
                source.SendTo("flood"u8, port.LocalEndPoint);
            }
        });
        while (port.ReadCounters().Received < 1000)
        {
            await Task.Yield();
        }

        await port.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        await port.DisposeAsync();
        await end.CancelAsync();
        await flood;
    }

    [Fact]
    public async Task A_cancelled_stop_does_not_wait_for_the_queue()
    {
        DatagramKind.Batched.Require();
        using var gate = new ManualResetEventSlim();
        using var inside = new SemaphoreSlim(0);
        int batches = 0;
        DatagramPort port = DatagramPort.Bind(
            Loopback,
            (ref DatagramBatch batch) =>
            {
                batches++;
                inside.Release();
                gate.Wait();
            },
            new DatagramPortOptions { BatchSize = 1 });
        using (Socket source = Open(port.LocalEndPoint))
        {
            for (int i = 0; i < 10; i++)
            {
                source.Send("x"u8);
            }

            await inside.WaitAsync();
            await port.StopAsync(new CancellationToken(canceled: true));
            gate.Set();
            await port.DisposeAsync();
        }

        Assert.Equal(1, batches);
    }

    // A socket that a supervisor bound: there is one, and all workers share it.
    [Fact]
    public async Task Workers_share_an_inherited_socket()
    {
        DatagramKind.Batched.Require();
        var inherited = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        inherited.Bind(Loopback);
        var at = (IPEndPoint)inherited.LocalEndPoint!;
        await using (DatagramPort port = DatagramPort.Bind(
            new Microsoft.AspNetCore.Connections.FileHandleEndPoint(
                (ulong)Dup(inherited), Microsoft.AspNetCore.Connections.FileHandleType.Auto),
            Echo,
            FourWorkers(DatagramKind.Batched)))
        {
            inherited.Dispose();
            Assert.Equal(at, port.LocalEndPoint);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OnThread(() =>
            {
                using Socket source = Open(at);
                for (int i = 0; i < 50; i++)
                {
                    Assert.True(Ask(source, i));
                }
            })));
            await port.StopAsync();
            Assert.Equal(400, port.ReadCounters().Sent);
        }

        using Socket late = Open(at);
        Assert.False(Ask(late, 0));
    }

    private static IPEndPoint Loopback => new(IPAddress.Loopback, 0);

    private static DatagramPortOptions FourWorkers(DatagramKind kind)
    {
        DatagramPortOptions options = kind.NewOptions();
        options.Workers = 4;
        return options;
    }

    /// <summary>Finds a port below those that the system gives out: while nobody is bound to it, no socket that asks for any port gets it.</summary>
    private static async Task<IPEndPoint> FreePortAsync()
    {
        for (int port = 20_000 + (Environment.ProcessId % 10_000); ; port++)
        {
            try
            {
                await using DatagramPort free = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, port), Echo);
                return free.LocalEndPoint;
            }
            catch (Microsoft.AspNetCore.Connections.AddressInUseException)
            {
                Assert.InRange(port, 20_000, 32_000);
            }
        }
    }

    private static Socket Open(IPEndPoint to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5_000 };
        socket.Connect(to);
        return socket;
    }

    /// <summary>Sends and waits: true if answered, false if refused; silence throws.</summary>
    private static bool Ask(Socket source, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BitConverter.TryWriteBytes(bytes, number);
        source.Send(bytes, SocketFlags.None, out SocketError error);
        int length = error == SocketError.Success ? source.Receive(bytes, SocketFlags.None, out error) : 0;
        if (error == SocketError.ConnectionRefused)
        {
            return false;
        }

        Assert.Equal(SocketError.Success, error);
        Assert.Equal(number, length == 4 ? BitConverter.ToInt32(bytes) : -1);
        return true;
    }

    private static Task OnThread(Action work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Echo(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            batch.ReplyInPlace(i, batch[i].Payload.Length);
        }
    }

    private static int Dup(Socket socket) => LinuxDuplicate.Duplicate((int)socket.Handle);
}
