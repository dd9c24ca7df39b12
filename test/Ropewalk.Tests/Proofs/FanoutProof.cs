using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Transports;
using Ropewalk.Transports.Reactor;

namespace Ropewalk.Tests.Proofs;

/// <summary>
/// One line to 9,000 receivers of whom one in a hundred has stalled: each line is encoded once; what waits for the stalled is bounded and
/// ends in their being closed; the others get every line, as fast as without them.
/// </summary>
[Collection(nameof(ProofCollection))]
public sealed class FanoutProof
{
    private const int Lines = 12;
    private const int QueueLimitBytes = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<double> _quiet = [];
    private readonly List<double> _withStalled = [];
    private long _received;
    private long _target;
    private TaskCompletionSource _reached = new();

    [Fact]
    public async Task A_line_to_thousands_is_not_held_up_by_those_who_do_not_read()
    {
        Assert.SkipUnless(ReactorTransport.IsSupported, "the reactor needs Linux");
        int receivers = Math.Min(9_000, (DescriptorLimit() - 600) / 2);
        int stalledCount = receivers / 100;
        using ReactorTransport serverSide = new(new ReactorTransportOptions { SendBufferBytes = 16 * 1024 });
        using ReactorTransport clientSide = new();
        await using IConnectionListener listener = await serverSide.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        List<ConnectionContext> healthy = [];
        List<ConnectionContext> stalled = [];
        List<ConnectionContext> clients = [];
        List<Socket> silent = [];
        for (int i = 0; i < receivers; i++)
        {
            ValueTask<ConnectionContext?> accepting = listener.AcceptAsync();
            if (i < stalledCount)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
                await socket.ConnectAsync(listener.EndPoint);
                silent.Add(socket);
                stalled.Add((await accepting)!);
            }
            else
            {
                ConnectionContext client = await clientSide.ConnectAsync(listener.EndPoint);
                _ = ReceiveAsync(client.Transport.Input);
                clients.Add(client);
                healthy.Add((await accepting)!);
            }
        }

        byte[] line = new byte[80];
        line[^1] = (byte)'\n';
        List<IOutboundQueueFeature> others = [.. healthy.Select(QueueOf)];
        List<IOutboundQueueFeature> all = [.. others, .. stalled.Select(QueueOf)];
        await StallAsync(stalled);
        await SendAsync(line, others, healthy.Count, []);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        byte[] longLine = new byte[QueueLimitBytes / 4];
        for (int i = 0; i < Lines; i++)
        {
            // In turn, so that what else the machine does falls on both.
            await SendAsync(line, others, healthy.Count, _quiet);
            await SendAsync(line, all, healthy.Count, _withStalled);
        }

        long held = stalled.Sum(connection => QueueOf(connection).QueuedBytes);
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(held, stalledCount * Lines * line.Length, stalledCount * (long)QueueLimitBytes);
        Assert.InRange(growth, long.MinValue, 2 * 1024 * 1024 + (stalledCount * (long)QueueLimitBytes));

        Overflow(longLine, stalled);
        foreach (ConnectionContext connection in stalled)
        {
            await ClosedAsync(connection);
            Assert.Equal(ConnectionEndReason.SendQueueExceeded, connection.Features.GetRequiredFeature<IConnectionEndFeature>().End.Reason);
        }

        Assert.DoesNotContain(healthy, connection => connection.ConnectionClosed.IsCancellationRequested);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{receivers} receivers: {Median(_quiet):F1} ms a line, {Median(_withStalled):F1} ms with {stalledCount} stalled, {held} bytes held for them");

        // Twice, and a scheduling hiccup of a shared machine.
        Assert.InRange(Median(_withStalled), 0, (2 * Median(_quiet)) + 50);
        await EndAsync(healthy, clients, silent);
    }

    private static IOutboundQueueFeature QueueOf(ConnectionContext connection) => connection.Features.GetRequiredFeature<IOutboundQueueFeature>();

    /// <summary>Fills the system's buffers towards those who do not read, until something stays in the queue here.</summary>
    private static async Task StallAsync(List<ConnectionContext> stalled)
    {
        SharedBytes filler = SharedBytes.Own(new byte[16 * 1024]);
        foreach (ConnectionContext connection in stalled)
        {
            IOutboundQueueFeature queue = QueueOf(connection);
            queue.LimitBytes = 1024 * 1024;
            for (int stuck = 0; stuck < 2;)
            {
                if (queue.QueuedBytes < filler.Length)
                {
                    Assert.True(queue.TryEnqueue(filler));
                }

                await TurnAsync(connection);
                await TurnAsync(connection);
                stuck = queue.QueuedBytes > 0 ? stuck + 1 : 0;
            }

            queue.LimitBytes = QueueLimitBytes;
        }
    }

    private static Task TurnAsync(ConnectionContext connection)
    {
        TaskCompletionSource turned = new(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Features.GetRequiredFeature<ITransportTurnFeature>().Post(static state => ((TaskCompletionSource)state!).SetResult(), turned);
        return turned.Task;
    }

    private static void Overflow(byte[] bytes, List<ConnectionContext> stalled)
    {
        SharedBytes shared = SharedBytes.Own(bytes);
        foreach (ConnectionContext connection in stalled)
        {
            while (QueueOf(connection).TryEnqueue(shared))
            {
            }
        }
    }

    private async Task SendAsync(byte[] line, List<IOutboundQueueFeature> to, int healthy, List<double> milliseconds)
    {
        _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _target, Volatile.Read(ref _received) + ((long)healthy * line.Length));
        long start = Stopwatch.GetTimestamp();
        SharedBytes shared = SharedBytes.Copy(line);
        foreach (IOutboundQueueFeature queue in to)
        {
            Assert.True(queue.TryEnqueue(shared));
        }

        shared.Release();
        await _reached.Task.WaitAsync(Patience);
        milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private async Task ReceiveAsync(PipeReader input)
    {
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync();
                long received = Interlocked.Add(ref _received, result.Buffer.Length);
                input.AdvanceTo(result.Buffer.End);
                if (received == Volatile.Read(ref _target))
                {
                    _reached.TrySetResult();
                }

                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is ConnectionAbortedException or ConnectionResetException)
        {
            // The proof is over.
        }
    }

    private static async Task EndAsync(List<ConnectionContext> healthy, List<ConnectionContext> clients, List<Socket> silent)
    {
        foreach (ConnectionContext connection in healthy.Concat(clients))
        {
            connection.Abort(new ConnectionAbortedException("The proof is over."));
            await connection.DisposeAsync();
        }

        silent.ForEach(static socket => socket.Dispose());
    }

    private static async Task ClosedAsync(ConnectionContext connection)
    {
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = connection.ConnectionClosed.Register(closed.SetResult);
        await closed.Task.WaitAsync(Patience);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static int DescriptorLimit()
    {
        string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(static line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return line is not null && int.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], out int limit) ? limit : 20_000;
    }
}
