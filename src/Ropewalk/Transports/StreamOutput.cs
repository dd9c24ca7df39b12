using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports;

/// <summary>
/// The writing half of a <see cref="StreamConnection"/>: what its handler flushes and what others enqueue leave in the order of the calls.
/// A flush on the transport's own loop is sent at the end of the turn, so that the answers to pipelined requests leave in one write;
/// elsewhere it is sent at once. What the system does not take waits here, and <c>FlushAsync</c> waits while that is too much.
/// </summary>
internal sealed class StreamOutput : PipeWriter, IValueTaskSource<FlushResult>
{
    /// <summary>Above this an item is sent from where it lies; below it, items are gathered by copying: cheaper than one iovec each.</summary>
    private const int SentInPlaceBytes = 16 * 1024;

    [ThreadStatic]
    private static byte[]? _gathering;

    private readonly StreamConnection _connection;
    private readonly object _gate;
    private ManualResetValueTaskSourceCore<FlushResult> _waiter;
    private CancellationTokenRegistration _registration;
    private OutputQueue _queue;
    private Block? _firstUnflushed;
    private Block? _current;
    private long _unflushed;
    private long _queued;
    private long _sent;
    private long _limit;
    private long _dropped;
    private TaskCompletionSource? _endSent;
    private bool _large;
    private bool _waiting;
    private bool _canceled;
    private bool _scheduled;
    private bool _blocked;
    private bool _ending;
    private bool _closed;

    public StreamOutput(StreamConnection connection, object gate, long limit)
    {
        _connection = connection;
        _gate = gate;
        _limit = limit;
    }

    public long QueuedBytes => Volatile.Read(ref _queued);

    public long SentBytes => Volatile.Read(ref _sent);

    public long LimitBytes
    {
        get => Volatile.Read(ref _limit);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            Volatile.Write(ref _limit, value);
        }
    }

    public OutboundOverflow Overflow { get; set; }

    public long Dropped => Volatile.Read(ref _dropped);

    public bool Ended { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Block block = Writable(sizeHint);
        return block.Array.AsMemory(block.End);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Block block = Writable(sizeHint);
        return block.Array.AsSpan(block.End);
    }

    public override void Advance(int bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        if (_current is null || (uint)bytes > (uint)_current.Free)
        {
            throw new InvalidOperationException("Advanced past the memory that was given.");
        }

        _current.Extend(bytes);
        _unflushed += bytes;
    }

    /// <summary>Sends big memory from where it lies, as far as the system takes it now; only the rest is copied.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (source.Length >= SentInPlaceBytes && !cancellationToken.IsCancellationRequested)
        {
            lock (_gate)
            {
                QueueUnflushed();
                if (!_blocked && !_ending && !_closed && !_connection.IsClosed)
                {
                    Send();
                    if (_queue.IsEmpty)
                    {
                        source = source[SendDirectly(source.Span)..];
                    }
                }
            }

            if (source.IsEmpty)
            {
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: _closed));
            }
        }

        this.Write(source.Span);
        return FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        lock (_gate)
        {
            QueueUnflushed();
            if (_queued > 0 && !_blocked && !_scheduled)
            {
                if (_queued < SentInPlaceBytes && _connection.TryDeferFlush())
                {
                    _scheduled = true;
                }
                else
                {
                    Send();
                }
            }

            if (_canceled)
            {
                _canceled = false;
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: true, isCompleted: _closed));
            }

            if (_closed || _queued <= _connection.Options.OutputPauseBytes)
            {
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: _closed));
            }

            _waiting = true;
            if (cancellationToken.CanBeCanceled)
            {
                _registration = cancellationToken.UnsafeRegister(
                    static (state, token) => ((StreamOutput)state!).CancelWaiter(token), this);
            }

            return new ValueTask<FlushResult>(this, _waiter.Version);
        }
    }

    public override void CancelPendingFlush()
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _canceled = true;
                return;
            }

            _waiting = false;
        }

        _registration.Dispose();
        _waiter.SetResult(new FlushResult(isCanceled: true, isCompleted: _closed));
    }

    /// <summary>Ends this side's output after what was written has been sent: a half-close, or with an exception an abort.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            _connection.Abort(new Microsoft.AspNetCore.Connections.ConnectionAbortedException("The writer was completed with an error.", exception));
            return;
        }

        lock (_gate)
        {
            if (_ending)
            {
                return;
            }

            _ending = true;
            QueueUnflushed();
            if (!_blocked && !_closed)
            {
                Send();
            }
        }
    }

    /// <summary>Completes when the end of output has been handed to the system.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken)
    {
        Complete();
        lock (_gate)
        {
            if (_closed)
            {
                return ValueTask.CompletedTask;
            }

            _endSent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_endSent.Task.WaitAsync(cancellationToken));
        }
    }

    public bool TryEnqueue(SharedBytes bytes)
    {
        lock (_gate)
        {
            if (_closed || _ending)
            {
                return false;
            }

            if (_queued + bytes.Length <= _limit)
            {
                bytes.Retain();
                _queue.Add(bytes);
                _queued += bytes.Length;
                if (!_blocked && !_scheduled)
                {
                    _scheduled = true;
                    _connection.ScheduleFlush();
                }

                return true;
            }

            _dropped++;
            if (Overflow == OutboundOverflow.Close)
            {
                _connection.OnTransportFailed(new ConnectionEnd(ConnectionEndReason.SendQueueExceeded, ErrorSide.Remote, $"{_queued} bytes waiting, limit {_limit}"));
            }

            return false;
        }
    }

    /// <summary>Sends what a turn has gathered. Called by the transport for <see cref="StreamConnection.ScheduleFlush"/>.</summary>
    public void OnFlushScheduled()
    {
        bool resume;
        lock (_gate)
        {
            _scheduled = false;
            if (!_blocked && !_closed)
            {
                Send();
            }

            resume = TakeResume();
        }

        CompleteWaiter(resume);
    }

    /// <summary>Learns that the system takes bytes again.</summary>
    public void OnWritable()
    {
        bool resume;
        lock (_gate)
        {
            if (!_blocked)
            {
                return;
            }

            _blocked = false;
            Send();
            resume = TakeResume();
        }

        CompleteWaiter(resume);
    }

    /// <summary>Learns that the transport has sent bytes from the front of the queue in the background.</summary>
    public void OnSent(int count)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                Sent(count);
            }
        }

        OnWritable();
    }

    /// <summary>Drops everything: nothing more can be sent.</summary>
    public void Close()
    {
        bool resume;
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _queue.Clear();
            _queued = 0;
            _endSent?.TrySetResult();
            resume = TakeResume();
        }

        CompleteWaiter(resume);
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token)
    {
        try
        {
            return _waiter.GetResult(token);
        }
        finally
        {
            _waiter.Reset();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);

    private Block Writable(int sizeHint)
    {
        if (_ending)
        {
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
        }

        if (_current is not null && _current.Free > 0 && _current.Free >= sizeHint)
        {
            return _current;
        }

        Block block = BlockPool.RentFor(sizeHint, _large || _current is not null);
        if (_current is null)
        {
            _firstUnflushed = block;
        }
        else
        {
            _current.Link(block);
        }

        _current = block;
        return block;
    }

    private void QueueUnflushed()
    {
        _large = _unflushed > Block.SmallBytes;
        for (Block? block = _firstUnflushed; block is not null;)
        {
            Block? next = block.NextBlock;
            block.Unlink();
            if (_closed || block.End == 0)
            {
                BlockPool.Return(block);
            }
            else
            {
                _queue.Add(block);
                _queued += block.End;
            }

            block = next;
        }

        _firstUnflushed = null;
        _current = null;
        _unflushed = 0;
    }

    private void Send()
    {
        if (_connection.IsClosed)
        {
            return;
        }

        while (!_queue.IsEmpty)
        {
            ReadOnlySpan<byte> bytes = _queue.First;
            if (!_queue.HasOne && bytes.Length < SentInPlaceBytes)
            {
                byte[] gathering = _gathering ??= GC.AllocateUninitializedArray<byte>(Block.LargeBytes);
                bytes = gathering.AsSpan(0, _queue.Gather(gathering));
            }

            TransportOutcome outcome = _connection.TrySend(bytes, out int count);
            if (outcome == TransportOutcome.Moved)
            {
                Sent(count);
                continue;
            }

            if (outcome == TransportOutcome.WouldBlock)
            {
                _blocked = true;
                _connection.WantWritable(_queue.FirstMemory);
                return;
            }

            _connection.OnTransportFailed(outcome == TransportOutcome.Reset
                ? new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote)
                : new ConnectionEnd(ConnectionEndReason.TransportFailed, ErrorSide.Local, _connection.LastError));
            _blocked = true;
            return;
        }

        if (_ending && !Ended)
        {
            Ended = true;
            _connection.ShutdownOutput();
            _closed = true;
            _endSent?.TrySetResult();
            _connection.OnOutputDone();
        }
    }

    private int SendDirectly(ReadOnlySpan<byte> bytes)
    {
        int sent = 0;
        while (sent < bytes.Length && _connection.TrySend(bytes[sent..], out int count) == TransportOutcome.Moved)
        {
            sent += count;
        }

        _sent += sent;
        return sent;
    }

    private void Sent(int count)
    {
        _queue.Consume(count);
        _queued -= count;
        _sent += count;
    }

    private bool TakeResume()
    {
        if (!_waiting || (!_closed && _queued > _connection.Options.OutputPauseBytes / 2))
        {
            return false;
        }

        _waiting = false;
        return true;
    }

    private void CompleteWaiter(bool resume)
    {
        if (resume)
        {
            _registration.Dispose();
            _registration = default;
            _waiter.SetResult(new FlushResult(isCanceled: false, isCompleted: _closed));
        }
    }

    private void CancelWaiter(CancellationToken token)
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        _waiter.SetException(new OperationCanceledException(token));
    }
}
