using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Ropewalk.Transports;
using Ropewalk.Transports.Reactor;

namespace Ropewalk.Tests.Transports;

public sealed class ReactorTests
{
    [Fact]
    public async Task The_monitor_names_the_handler_that_blocks_a_loop()
    {
        RecordingLogger log = new();
        using ReactorTransport transport = new(
            new ReactorTransportOptions { Loops = 1, StallThreshold = TimeSpan.FromMilliseconds(30) }, log);
        await using IConnectionListener listener = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        ValueTask<ConnectionContext?> accepting = listener.AcceptAsync();
        await using ConnectionContext client = await transport.ConnectAsync(listener.EndPoint);
        await using ConnectionContext? server = await accepting;
        ITransportTurnFeature turn = server!.Features.GetRequiredFeature<ITransportTurnFeature>();
        turn.ServedBy = "the handler of tcp:25";
        using ManualResetEventSlim release = new();
        turn.Post(_ => release.Wait(TimeSpan.FromSeconds(20)), null);

        string message = await log.First.WaitAsync(TimeSpan.FromSeconds(20));
        release.Set();
        Assert.Contains("the handler of tcp:25", message, StringComparison.Ordinal);
        Assert.Equal(1, transport.Stalls);
    }

    [Fact]
    public async Task What_came_before_a_reset_is_left_to_a_reader_that_was_busy()
    {
        byte[] sent = new byte[100_000]; // what the receiving side takes at once, be it not read
        new Random(5).NextBytes(sent);
        using ReactorTransport transport = new(new ReactorTransportOptions { Loops = 1 });
        await using IConnectionListener listener = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket peer = new(SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.EndPoint);
        await using ConnectionContext? server = await listener.AcceptAsync();
        peer.LingerState = new LingerOption(true, 0);
        await peer.SendAsync(sent);
        ReadResult first = await server!.Transport.Input.ReadAsync();
        long received = first.Buffer.Length;
        server.Transport.Input.AdvanceTo(first.Buffer.End);
        peer.Close();
        // another peer's round through the same loop: by then the reset has been looked at
        using Socket other = new(SocketType.Stream, ProtocolType.Tcp);
        await other.ConnectAsync(listener.EndPoint);
        await using ConnectionContext? later = await listener.AcceptAsync();
        await other.SendAsync(new byte[1]);
        await later!.Transport.Input.ReadAsync();

        await Assert.ThrowsAsync<ConnectionResetException>(async () =>
        {
            while (true)
            {
                ReadResult read = await server.Transport.Input.ReadAsync();
                received += read.Buffer.Length;
                server.Transport.Input.AdvanceTo(read.Buffer.End);
            }
        });
        Assert.Equal(sent.Length, received);
    }

    [Fact]
    public async Task Urgent_data_stops_nothing()
    {
        using ReactorTransport transport = new(new ReactorTransportOptions { Loops = 1 });
        await using IConnectionListener listener = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket peer = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await peer.ConnectAsync(listener.EndPoint);
        await using ConnectionContext? server = await listener.AcceptAsync();
        await peer.SendAsync("before"u8.ToArray());
        peer.Send("!"u8.ToArray(), SocketFlags.OutOfBand);
        await peer.SendAsync("behind"u8.ToArray());
        string text = "";
        while (text.Length < 12)
        {
            ReadResult read = await server!.Transport.Input.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            text += Encoding.ASCII.GetString(read.Buffer);
            server.Transport.Input.AdvanceTo(read.Buffer.End);
        }

        Assert.Equal("beforebehind", text);
    }

    [Fact]
    public async Task Timers_made_on_a_loop_fire_on_it_in_order()
    {
        using ReactorTransport transport = new(new ReactorTransportOptions { Loops = 1 });
        List<int> fired = [];
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        HashSet<int> threads = [];
        foreach (int delay in new[] { 90, 30, 60, 0, 120 })
        {
            _ = transport.TimeProvider.CreateTimer(
                state =>
                {
                    fired.Add((int)state!);
                    threads.Add(Environment.CurrentManagedThreadId);
                    if (fired.Count == 5)
                    {
                        done.SetResult();
                    }
                },
                delay, TimeSpan.FromMilliseconds(delay), Timeout.InfiniteTimeSpan);
        }

        await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal([0, 30, 60, 90, 120], fired);
        Assert.Single(threads);
    }

    [Fact]
    public async Task A_timer_that_is_made_on_another_transports_loop_outlives_that()
    {
        using ReactorTransport transport = new(new ReactorTransportOptions { Loops = 1 });
        TaskCompletionSource fired = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ReactorLoop other = new(0, TimeProvider.System);
        TaskCompletionSource made = new(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Post(
            _ =>
            {
                transport.TimeProvider.CreateTimer(_ => fired.SetResult(), null, TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan);
                made.SetResult();
            },
            null);
        await made.Task.WaitAsync(TimeSpan.FromSeconds(20));
        other.Dispose();
        await fired.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_timer_can_be_moved_stopped_and_repeated()
    {
        using ReactorTransport transport = new(new ReactorTransportOptions { Loops = 1 });
        int stopped = 0;
        int moved = 0;
        int repeated = 0;
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ITimer never = transport.TimeProvider.CreateTimer(_ => stopped++, null, TimeSpan.FromMilliseconds(30), Timeout.InfiniteTimeSpan);
        never.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using ITimer later = transport.TimeProvider.CreateTimer(_ => moved++, null, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        later.Change(TimeSpan.FromMinutes(5), Timeout.InfiniteTimeSpan);
        await using ITimer sooner = transport.TimeProvider.CreateTimer(_ => moved += 10, null, TimeSpan.FromMinutes(5), Timeout.InfiniteTimeSpan);
        sooner.Change(TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan);
        await using ITimer periodic = transport.TimeProvider.CreateTimer(
            _ =>
            {
                if (++repeated == 4)
                {
                    done.TrySetResult();
                }
            },
            null, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, stopped);
        Assert.Equal(10, moved);
    }

    [Fact]
    public async Task What_outlives_its_loop_touches_nobody_elses_descriptors()
    {
        ReactorLoop loop = new(0, TimeProvider.System);
        TaskCompletionSource ran = new(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(_ => ran.SetResult(), null);
        await ran.Task.WaitAsync(TimeSpan.FromSeconds(20));
        loop.Dispose();

        // whatever the loop had closed, its number would be one of theirs now
        int[] others = [.. Enumerable.Range(0, 64).Select(_ => Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC))];
        try
        {
            TaskCompletionSource elsewhere = new(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.Post(_ => elsewhere.SetResult(), null);
            await elsewhere.Task.WaitAsync(TimeSpan.FromSeconds(20)); // who waits for it waits no longer than others
            loop.Dispose();
            Assert.All(others, one => Assert.True(IsUntouched(one)));
            loop.Unregister(loop.Register(others[0], new SilentTarget()));
        }
        finally
        {
            Array.ForEach(others, one => Libc.close(one));
        }

        GC.KeepAlive(loop);

        static unsafe bool IsUntouched(int eventDescriptor)
        {
            ulong count;
            return Libc.read(eventDescriptor, &count, sizeof(ulong)) < 0;
        }
    }

    private sealed class SilentTarget : IReactorTarget
    {
        public string? ServedBy => null;

        public void OnEvents(uint events)
        {
        }
    }

    private sealed class RecordingLogger : ILoggerFactory, ILogger
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> First => _first.Task;

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _first.TrySetResult(formatter(state, exception));
    }
}
