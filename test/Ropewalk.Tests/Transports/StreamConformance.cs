using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Transports;

/// <summary>What every stream transport does alike. Each transport derives and is held to all of it.</summary>
public abstract class StreamConformance : JoinedStreams
{
    [Fact]
    public async Task Bytes_arrive_in_order_both_ways()
    {
        await using Joined joined = await JoinAsync();
        await joined.Client.Transport.Output.WriteAsync("ping"u8.ToArray());
        Assert.Equal("ping", await ReadTextAsync(joined.Server, 4));
        await joined.Server.Transport.Output.WriteAsync("pong"u8.ToArray());
        Assert.Equal("pong", await ReadTextAsync(joined.Client, 4));
    }

    [Fact]
    public async Task Completing_the_output_ends_one_direction_only()
    {
        await using Joined joined = await JoinAsync();
        await joined.Client.Transport.Output.WriteAsync("question"u8.ToArray());
        await joined.Client.Transport.Output.CompleteAsync();

        Assert.Equal("question", Encoding.ASCII.GetString(await ReadToEndAsync(joined.Server)));
        Assert.False(joined.Server.ConnectionClosed.IsCancellationRequested);
        await joined.Server.Transport.Output.WriteAsync("answer"u8.ToArray());
        await joined.Server.Transport.Output.CompleteAsync();

        Assert.Equal("answer", Encoding.ASCII.GetString(await ReadToEndAsync(joined.Client)));
        await ClosedAsync(joined.Client);
        await ClosedAsync(joined.Server);
        Assert.Equal(ConnectionEndReason.Completed, EndOf(joined.Client).Reason);
        Assert.Equal(ConnectionEndReason.Completed, EndOf(joined.Server).Reason);
    }

    [Fact]
    public async Task The_end_of_input_is_told_to_a_handler_that_does_not_read()
    {
        await using Joined joined = await JoinAsync();
        IHalfCloseFeature half = joined.Server.Features.GetRequiredFeature<IHalfCloseFeature>();
        await EchoOnceAsync(joined);
        joined.Client.Transport.Output.Complete();
        await FiredAsync(half.InputEnded);
        Assert.False(joined.Server.ConnectionClosed.IsCancellationRequested);
    }

    [Fact]
    public async Task What_others_enqueue_never_cuts_a_big_write_in_two()
    {
        await using Joined joined = await JoinAsync();
        IOutboundQueueFeature queue = joined.Server.Features.GetRequiredFeature<IOutboundQueueFeature>();
        queue.LimitBytes = 64 * 1024 * 1024;
        byte[] big = new byte[512 * 1024];
        Array.Fill(big, (byte)'m');
        SharedBytes mark = SharedBytes.Copy("X"u8);
        int marks = 0;
        using var stop = new CancellationTokenSource();
        Task<byte[]> reading = ReadToEndAsync(joined.Client);
        Task enqueuing = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested && marks < 100_000)
                {
                    marks += queue.TryEnqueue(mark) ? 1 : 0;
                }
            },
            TaskCreationOptions.LongRunning);
        for (int i = 0; i < 20; i++)
        {
            await joined.Server.Transport.Output.WriteAsync(big);
        }

        await stop.CancelAsync();
        await enqueuing;
        mark.Release();
        joined.Server.Transport.Output.Complete();
        byte[] all = await reading;
        Assert.Equal((20 * big.Length) + marks, all.Length);
        for (int at = 0; at < all.Length;)
        {
            int run = all.AsSpan(at).IndexOfAnyExcept((byte)'m');
            run = run < 0 ? all.Length - at : run;
            Assert.True(run % big.Length == 0, $"a write was cut after {run % big.Length} of {big.Length} bytes");
            at += run + 1;
        }
    }

    [Fact]
    public async Task Unread_input_that_ended_does_not_reset_the_last_words()
    {
        await using Joined joined = await JoinAsync();
        byte[] request = new byte[40_000];
        Task asking = WriteAllAsync(joined.Client.Transport.Output, request);
        ReadResult first = await joined.Server.Transport.Input.ReadAsync();
        joined.Server.Transport.Input.AdvanceTo(first.Buffer.GetPosition(1));
        await asking;
        await joined.Server.Transport.Output.WriteAsync("413 too much"u8.ToArray());
        await joined.Server.DisposeAsync();
        Assert.Equal("413 too much", Encoding.ASCII.GetString(await ReadToEndAsync(joined.Client)));
    }

    [Fact]
    public async Task An_abort_runs_nobody_elses_code_on_the_callers_stack()
    {
        await using Joined joined = await JoinAsync();
        int thread = 0;
        bool isAborting = false;
        bool ranInside = false;
        Task reading = ReadAsync();
        thread = Environment.CurrentManagedThreadId;
        isAborting = true;
        joined.Server.Abort();
        isAborting = false;
        await reading.WaitAsync(Patience);
        Assert.False(ranInside);

        async Task ReadAsync()
        {
            try
            {
                await joined.Server.Transport.Input.ReadAsync().ConfigureAwait(false);
            }
            catch (ConnectionAbortedException)
            {
                ranInside = isAborting && thread == Environment.CurrentManagedThreadId;
            }
        }
    }

    [Fact]
    public async Task A_callback_that_throws_ends_its_own_connection_only()
    {
        await using (Joined joined = await JoinAsync())
        {
            IHalfCloseFeature half = joined.Server.Features.GetRequiredFeature<IHalfCloseFeature>();
            await EchoOnceAsync(joined);
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            half.InputEnded.Register(() => Throw(ended));
            joined.Server.ConnectionClosed.Register(() => Throw(closed));
            joined.Client.Transport.Output.Complete();
            await ended.Task.WaitAsync(Patience);
            joined.Server.Abort();
            await closed.Task.WaitAsync(Patience);
        }

        await using Joined other = await JoinAsync();
        await EchoOnceAsync(other);

        static void Throw(TaskCompletionSource told)
        {
            told.SetResult();
            throw new InvalidOperationException("a careless callback");
        }
    }

    [Fact]
    public async Task The_end_of_input_that_comes_with_the_last_bytes_is_told_to_a_handler_that_reads_no_more()
    {
        for (int i = 0; i < 50; i++)
        {
            await using Joined joined = await JoinAsync();
            IHalfCloseFeature half = joined.Server.Features.GetRequiredFeature<IHalfCloseFeature>();
            ValueTask<ReadResult> waiting = joined.Server.Transport.Input.ReadAsync();
            await joined.Client.Transport.Output.WriteAsync("question"u8.ToArray());
            joined.Client.Transport.Output.Complete();
            ReadResult read = await waiting.AsTask().WaitAsync(Patience);
            joined.Server.Transport.Input.AdvanceTo(read.Buffer.End);
            await FiredAsync(half.InputEnded);
        }
    }

    [Fact]
    public async Task An_abort_reaches_the_peer_as_a_reset()
    {
        await using Joined joined = await JoinAsync();
        await EchoOnceAsync(joined);
        ValueTask<ReadResult> waiting = joined.Server.Transport.Input.ReadAsync();
        joined.Client.Abort(new ConnectionAbortedException("enough"));

        await Assert.ThrowsAsync<ConnectionResetException>(async () => await waiting.AsTask().WaitAsync(Patience));
        await ClosedAsync(joined.Server);
        Assert.Equal(ConnectionEndReason.PeerReset, EndOf(joined.Server).Reason);
        Assert.Equal(ConnectionEndReason.Aborted, EndOf(joined.Client).Reason);
        await Assert.ThrowsAsync<ConnectionAbortedException>(async () => await joined.Client.Transport.Input.ReadAsync());
    }

    [Fact]
    public async Task A_reset_is_told_to_a_handler_that_does_not_read()
    {
        await using Joined joined = await JoinAsync();
        await EchoOnceAsync(joined);
        joined.Client.Abort(new ConnectionAbortedException("enough"));
        await ClosedAsync(joined.Server);
        Assert.Equal(ConnectionEndReason.PeerReset, EndOf(joined.Server).Reason);
    }

    [Fact]
    public async Task An_end_that_came_before_a_reset_stays_the_end()
    {
        for (int round = 0; round < 20; round++)
        {
            await using Joined joined = await JoinAsync();
            await EchoOnceAsync(joined);
            await joined.Server.Transport.Output.WriteAsync("bye"u8.ToArray());
            joined.Server.Transport.Output.Complete();
            Assert.Equal("bye", await ReadTextAsync(joined.Client, 3));
            await FiredAsync(joined.Client.Features.GetRequiredFeature<IHalfCloseFeature>().InputEnded);
            joined.Server.Abort();
            await ClosedAsync(joined.Server);
            Assert.Empty(await ReadToEndAsync(joined.Client));
        }
    }

    [Fact]
    public async Task The_last_words_before_a_reset_are_read_although_a_write_was_told_of_it_first()
    {
        for (int round = 0; round < 10; round++)
        {
            await using Joined joined = await JoinAsync();
            await EchoOnceAsync(joined);
            await joined.Server.Transport.Output.WriteAsync("421 enough"u8.ToArray());
            await Eventually.HoldsAsync(() => joined.Server.Features.GetRequiredFeature<IBufferUseFeature>().OutputBytes == 0, "it was sent");
            joined.Server.Abort();
            await WriteUntilToldAsync(joined.Client.Transport.Output);
            Assert.Equal("421 enough", await ReadTextAsync(joined.Client, 10));
        }

        static async Task WriteUntilToldAsync(PipeWriter output)
        {
            while (!(await output.WriteAsync(new byte[100])).IsCompleted)
            {
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task The_first_recorded_end_is_kept()
    {
        await using Joined joined = await JoinAsync();
        IConnectionEndFeature end = joined.Server.Features.GetRequiredFeature<IConnectionEndFeature>();
        Assert.True(end.TrySetEnd(new ConnectionEnd(ConnectionEndReason.LimitExceeded, Ropewalk.Diagnostics.ErrorSide.Remote, "too many")));
        joined.Server.Abort(new ConnectionAbortedException("later"));
        Assert.Equal(ConnectionEndReason.LimitExceeded, end.End.Reason);
        Assert.False(end.TrySetEnd(new ConnectionEnd(ConnectionEndReason.TimedOut, Ropewalk.Diagnostics.ErrorSide.Local)));
    }

    [Fact]
    public async Task Big_writes_arrive_whole_and_a_writer_waits_for_a_slow_reader()
    {
        await using Joined joined = await JoinAsync();
        byte[] sent = new byte[8 * 1024 * 1024];
        new Random(7).NextBytes(sent);
        Task writing = WriteAllAsync(joined.Client.Transport.Output, sent);
        IBufferUseFeature use = joined.Client.Features.GetRequiredFeature<IBufferUseFeature>();
        while (use.OutputBytes <= 64 * 1024 && !writing.IsCompleted)
        {
            await Task.Yield();
        }

        Assert.False(writing.IsCompleted, "8 MiB were taken although nobody reads");
        Assert.InRange(use.OutputBytes, 1, 1024 * 1024);
        byte[] received = await ReadToEndAsync(joined.Server);
        await writing.WaitAsync(Patience);
        Assert.True(sent.AsSpan().SequenceEqual(received));
        Assert.InRange(joined.Server.Features.GetRequiredFeature<IConnectionCountersFeature>().ReceivedBytes, sent.Length, IsFramed ? sent.Length * 1.02 : sent.Length);
        Assert.InRange(joined.Client.Features.GetRequiredFeature<IConnectionCountersFeature>().SentBytes, sent.Length, IsFramed ? sent.Length * 1.02 : sent.Length);
    }

    [Fact]
    public async Task Pausing_reads_holds_bytes_back_and_resuming_delivers_them()
    {
        await using Joined joined = await JoinAsync();
        await EchoOnceAsync(joined);
        IBufferUseFeature use = joined.Server.Features.GetRequiredFeature<IBufferUseFeature>();
        IConnectionCountersFeature counters = joined.Server.Features.GetRequiredFeature<IConnectionCountersFeature>();
        IBufferUseFeature sender = joined.Client.Features.GetRequiredFeature<IBufferUseFeature>();
        byte[] sent = new byte[8 * 1024 * 1024];
        new Random(13).NextBytes(sent);
        use.ReadsPaused = true;
        long before = counters.ReceivedBytes;
        Task<byte[]> reading = ReadToEndAsync(joined.Server);
        Task writing = WriteAllAsync(joined.Client.Transport.Output, sent);
        await Eventually.HoldsAsync(() => sender.OutputBytes > 64 * 1024 || writing.IsCompleted, "the way is full");
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        joined.Server.Features.GetRequiredFeature<ITransportTurnFeature>().Post(_ => turn.SetResult(), null);
        await turn.Task.WaitAsync(Patience); // who was told of input has had the chance to take it
        Assert.Equal(before, counters.ReceivedBytes);
        Assert.False(writing.IsCompleted, "8 MiB were taken although nobody reads");
        use.ReadsPaused = false;
        byte[] received = await reading;
        Assert.True(sent.AsSpan().SequenceEqual(received));
        await writing.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_pending_read_can_be_cancelled_and_reading_goes_on()
    {
        await using Joined joined = await JoinAsync();
        ValueTask<ReadResult> first = joined.Server.Transport.Input.ReadAsync();
        joined.Server.Transport.Input.CancelPendingRead();
        ReadResult result = await first;
        Assert.True(result.IsCanceled);
        joined.Server.Transport.Input.AdvanceTo(result.Buffer.Start);

        using CancellationTokenSource source = new();
        ValueTask<ReadResult> second = joined.Server.Transport.Input.ReadAsync(source.Token);
        source.Cancel();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await second);

        await joined.Client.Transport.Output.WriteAsync("still here"u8.ToArray());
        Assert.Equal("still here", await ReadTextAsync(joined.Server, 10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_read_that_is_cancelled_goes_on_elsewhere_than_with_who_cancels_it(bool byToken)
    {
        await using Joined joined = await JoinAsync();
        using CancellationTokenSource source = new();
        using var left = new ManualResetEventSlim();
        bool onItsStack = true;
        Task reading = ReadAsync();
        if (byToken)
        {
            source.Cancel();
        }
        else
        {
            joined.Server.Transport.Input.CancelPendingRead();
        }

        left.Set();
        await reading.WaitAsync(Patience);
        Assert.False(onItsStack);

        async Task ReadAsync()
        {
            try
            {
                await joined.Server.Transport.Input.ReadAsync(source.Token);
            }
            catch (OperationCanceledException)
            {
            }

            // on the canceller's stack this would never be set
            onItsStack = !left.Wait(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Examined_bytes_are_offered_again_with_more()
    {
        await using Joined joined = await JoinAsync();
        PipeReader input = joined.Server.Transport.Input;
        await joined.Client.Transport.Output.WriteAsync("ab"u8.ToArray());
        ReadResult result = await input.ReadAsync();
        input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        ValueTask<ReadResult> next = input.ReadAsync();
        await joined.Client.Transport.Output.WriteAsync("cd"u8.ToArray());
        result = await next.AsTask().WaitAsync(Patience);
        Assert.Equal("abcd", Encoding.ASCII.GetString(result.Buffer.ToArray()));
        input.AdvanceTo(result.Buffer.GetPosition(3));
        Assert.True(input.TryRead(out result));
        Assert.Equal("d", Encoding.ASCII.GetString(result.Buffer.ToArray()));
        input.AdvanceTo(result.Buffer.End);
    }

    [Fact]
    public async Task Unconsumed_input_is_bounded()
    {
        await using Joined joined = await JoinAsync();
        Task writing = WriteAllAsync(joined.Client.Transport.Output, new byte[4 * 1024 * 1024]);
        await Assert.ThrowsAsync<ConnectionAbortedException>(async () =>
        {
            while (true)
            {
                ReadResult result = await joined.Server.Transport.Input.ReadAsync();
                joined.Server.Transport.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        });
        Assert.Equal(ConnectionEndReason.LimitExceeded, EndOf(joined.Server).Reason);
        await writing.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Enqueued_bytes_keep_their_order_with_flushed_ones()
    {
        await using Joined joined = await JoinAsync();
        IOutboundQueueFeature queue = joined.Server.Features.GetRequiredFeature<IOutboundQueueFeature>();
        StringBuilder expected = new();
        for (int i = 0; i < 500; i++)
        {
            string line = $"line {i}\n";
            expected.Append(line);
            if (i % 3 == 0)
            {
                await joined.Server.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(line));
                continue;
            }

            SharedBytes bytes = SharedBytes.Copy(Encoding.ASCII.GetBytes(line));
            Assert.True(queue.TryEnqueue(bytes));
            bytes.Release();
        }

        joined.Server.Transport.Output.Complete();
        Assert.Equal(expected.ToString(), Encoding.ASCII.GetString(await ReadToEndAsync(joined.Client)));
    }

    [Theory]
    [InlineData(OutboundOverflow.Close)]
    [InlineData(OutboundOverflow.Drop)]
    public async Task A_full_outbound_queue_closes_or_drops(OutboundOverflow overflow)
    {
        await using Joined joined = await JoinAsync();
        IOutboundQueueFeature queue = joined.Server.Features.GetRequiredFeature<IOutboundQueueFeature>();
        queue.LimitBytes = 256 * 1024;
        queue.Overflow = overflow;
        SharedBytes bytes = SharedBytes.Own(new byte[16 * 1024]);
        int accepted = 0;
        while (accepted < 10_000 && queue.TryEnqueue(bytes))
        {
            accepted++;
        }

        Assert.InRange(accepted, IsFramed ? 15 : 16, 5_000);
        if (overflow == OutboundOverflow.Drop)
        {
            Assert.Equal(1, queue.Dropped);
            Assert.False(joined.Server.ConnectionClosed.IsCancellationRequested);
            return;
        }

        await ClosedAsync(joined.Server);
        Assert.Equal(ConnectionEndReason.SendQueueExceeded, EndOf(joined.Server).Reason);
        Assert.False(queue.TryEnqueue(bytes));
    }

    [Fact]
    public async Task Disposing_sends_what_was_flushed_first()
    {
        await using Joined joined = await JoinAsync();
        await joined.Server.Transport.Output.WriteAsync(new byte[100_000]);
        Task disposing = joined.Server.DisposeAsync().AsTask();
        Assert.Equal(100_000, (await ReadToEndAsync(joined.Client)).Length);
        await disposing.WaitAsync(Patience);
    }

    [Fact]
    public async Task The_last_words_reach_a_peer_that_is_still_sending()
    {
        for (int round = 0; round < 20; round++)
        {
            await using Joined joined = await JoinAsync();
            await EchoOnceAsync(joined);
            await joined.Client.Transport.Output.WriteAsync(new byte[30_000]);
            ReadResult unread = await joined.Server.Transport.Input.ReadAsync();
            joined.Server.Transport.Input.AdvanceTo(unread.Buffer.GetPosition(1)); // it is there: what is still on its way nobody can wait for
            await joined.Server.Transport.Output.WriteAsync("421 enough\r\n"u8.ToArray());
            await joined.Server.DisposeAsync();
            await ClosedAsync(joined.Server);
            await joined.Client.Transport.Output.WriteAsync(new byte[1_000]);
            Assert.Equal("421 enough\r\n", Encoding.ASCII.GetString(await ReadToEndAsync(joined.Client)));
        }
    }

    [Fact]
    public async Task Big_memory_is_written_whole_from_where_it_lies()
    {
        await using Joined joined = await JoinAsync();
        byte[] sent = new byte[3 * 1024 * 1024];
        new Random(11).NextBytes(sent);
        Task<byte[]> reading = ReadToEndAsync(joined.Server);
        await joined.Client.Transport.Output.WriteAsync(sent.AsMemory(0, 100));
        await joined.Client.Transport.Output.WriteAsync(sent.AsMemory(100));
        joined.Client.Transport.Output.Complete();
        byte[] received = await reading;
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task Many_connections_at_once()
    {
        await using IConnectionListener listener = await Listeners.BindAsync(NewEndPoint());
        const int Count = 200;
        Task serving = ServeEchoAsync(listener, Count);
        await Task.WhenAll(Enumerable.Range(0, Count).Select(async i =>
        {
            await using ConnectionContext client = await Clients.ConnectAsync(listener.EndPoint);
            for (int round = 0; round < 5; round++)
            {
                string text = $"client {i:d4} round {round}";
                await client.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text));
                Assert.Equal(text, await ReadTextAsync(client, text.Length));
            }

            client.Transport.Output.Complete();
            Assert.Empty(await ReadToEndAsync(client));
        })).WaitAsync(Patience);
        await serving.WaitAsync(Patience);
    }

    [Fact]
    public async Task Nobody_listening_is_refused()
    {
        IConnectionListener listener = await Listeners.BindAsync(NewEndPoint());
        EndPoint gone = listener.EndPoint;
        await listener.DisposeAsync();
        System.Net.Sockets.SocketException refused = await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(async () => await Clients.ConnectAsync(gone));
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Unbinding_ends_the_accept_and_frees_the_name()
    {
        IConnectionListener listener = await Listeners.BindAsync(NewEndPoint());
        ValueTask<ConnectionContext?> accepting = listener.AcceptAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () => await Listeners.BindAsync(listener.EndPoint));
        await listener.UnbindAsync();
        Assert.Null(await accepting.AsTask().WaitAsync(Patience));
        await listener.DisposeAsync();
        await (await Listeners.BindAsync(listener.EndPoint)).DisposeAsync();
    }

    [Fact]
    public async Task Features_are_there_and_can_be_replaced()
    {
        await using Joined joined = await JoinAsync();
        IConnectionItemsFeature? items = joined.Server.Features.Get<IConnectionItemsFeature>();
        Assert.NotNull(items);
        items.Items["key"] = "value";
        Assert.Equal("value", joined.Server.Items["key"]);
        Assert.Equal(IsEncrypted, joined.Server.Features.Get<ITlsHandshakeFeature>() is not null);
        IHalfCloseFeature original = joined.Server.Features.Get<IHalfCloseFeature>()!;
        int revision = joined.Server.Features.Revision;
        joined.Server.Features.Set<IHalfCloseFeature>(null);
        Assert.Null(joined.Server.Features.Get<IHalfCloseFeature>());
        Assert.NotEqual(revision, joined.Server.Features.Revision);
        joined.Server.Features[typeof(IHalfCloseFeature)] = original;
        Assert.Contains(joined.Server.Features, pair => pair.Key == typeof(IHalfCloseFeature));
        Assert.NotEqual(joined.Client.ConnectionId, joined.Server.ConnectionId);
    }

    [Fact]
    public async Task A_request_to_close_is_told()
    {
        await using Joined joined = await JoinAsync();
        IConnectionLifetimeNotificationFeature feature = joined.Server.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>();
        CancellationToken requested = feature.ConnectionClosedRequested;
        Assert.False(requested.IsCancellationRequested);
        feature.RequestClose();
        Assert.True(requested.IsCancellationRequested);
        Assert.False(joined.Server.ConnectionClosed.IsCancellationRequested);
    }
}
