using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Ropewalk.Transports;

/// <summary>
/// What the writing halves of the engine's connections share: the blocks that a handler fills, the queue that its flushes and other people's
/// <see cref="TryEnqueue"/> join in the order of the calls, and the one flush that may wait. Whoever derives says where bytes go.
/// </summary>
internal abstract class OutboundPipe : PipeWriter, IValueTaskSource<FlushResult>
{
    private ManualResetValueTaskSourceCore<FlushResult> _waiter;
    private CancellationTokenRegistration _registration;
    private Block? _firstUnflushed;
    private Block? _current;
    private TaskCompletionSource? _endSent;
    private OutputQueue _queue;
    private long _unflushed;
    private long _limit;
    private long _dropped;
    private bool _large;
    private bool _canceled;
    private bool _isResuming;
    private bool _waits;

    protected OutboundPipe(object gate, long limitBytes)
    {
        Gate = gate;
        _limit = limitBytes;
    }

    public long QueuedBytes => _queue.Bytes;

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

    /// <summary>Gets whether the end of the output has been handed over.</summary>
    public bool Ended { get; protected set; }

    public sealed override bool CanGetUnflushedBytes => true;

    public sealed override long UnflushedBytes => _unflushed;

    protected object Gate { get; }

    /// <summary>Gets what waits to be sent. Under the gate.</summary>
    protected ref OutputQueue Queue => ref _queue;

    /// <summary>Gets whether the handler has completed the writer. Under the gate.</summary>
    protected bool Ending { get; private set; }

    /// <summary>Gets whether nothing more can be sent. Under the gate.</summary>
    protected bool Closed { get; private set; }

    public sealed override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Block block = Writable(sizeHint);
        return block.Array.AsMemory(block.End);
    }

    public sealed override Span<byte> GetSpan(int sizeHint = 0)
    {
        Block block = Writable(sizeHint);
        return block.Array.AsSpan(block.End);
    }

    public sealed override void Advance(int bytes)
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

    public sealed override void CancelPendingFlush()
    {
        lock (Gate)
        {
            if (!TakeCanceled())
            {
                // one that is about to be resumed is cancelled already
                _canceled |= !_isResuming;
                return;
            }
        }

        // not on the caller's stack: it may hold locks, or be on another connection's turn
        Post(static state => ((OutboundPipe)state!).ResumeCanceled(), this);
    }

    /// <summary>Completes when the end of the output has been handed over, or cannot be.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken)
    {
        Complete();
        lock (Gate)
        {
            if (Closed)
            {
                return ValueTask.CompletedTask;
            }

            _endSent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_endSent.Task.WaitAsync(cancellationToken));
        }
    }

    public bool TryEnqueue(SharedBytes bytes)
    {
        lock (Gate)
        {
            if (Closed || Ending)
            {
                return false;
            }

            if (QueuedBytes + bytes.Length <= _limit)
            {
                bytes.Retain();
                Queue.Add(bytes);
                OnEnqueued();
                return true;
            }

            _dropped++;
            if (Overflow == OutboundOverflow.Close)
            {
                OnOverflow(new ConnectionEnd(
                    ConnectionEndReason.SendQueueExceeded, Diagnostics.ErrorSide.Remote, $"{QueuedBytes} bytes waiting, limit {_limit}"));
            }

            return false;
        }
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

    /// <summary>Runs something soon on the connection's own turn.</summary>
    protected abstract void Post(Action<object?> action, object? state);

    /// <summary>Learns that others' bytes have joined the queue: they are sent soon, not on the caller's stack. Under the gate.</summary>
    protected abstract void OnEnqueued();

    /// <summary>Learns that a receiver takes too little and is to be closed, not on the caller's stack. Under the gate.</summary>
    protected abstract void OnOverflow(ConnectionEnd end);

    /// <summary>Moves what the handler has written to the queue, or drops it if nothing more can be sent. Under the gate.</summary>
    protected void QueueUnflushed()
    {
        _large = _unflushed > Block.SmallBytes;
        for (Block? block = _firstUnflushed; block is not null;)
        {
            Block? next = block.NextBlock;
            block.Unlink();
            if (Closed || block.End == 0)
            {
                BlockPool.Return(block);
            }
            else
            {
                Queue.Add(block);
            }

            block = next;
        }

        _firstUnflushed = null;
        _current = null;
        _unflushed = 0;
    }

    /// <summary>Ends a flush: at once if it was cancelled or need not wait, else when <see cref="TakeWaiter"/> says so. Under the gate.</summary>
    protected ValueTask<FlushResult> FinishFlush(bool mustWait, CancellationToken cancellationToken)
    {
        if (_canceled)
        {
            _canceled = false;
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: true, isCompleted: Closed));
        }

        if (Closed || !mustWait)
        {
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: Closed));
        }

        _waits = true;
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static (state, token) => ((OutboundPipe)state!).CancelWaiter(token), this);
        }

        return new ValueTask<FlushResult>(this, _waiter.Version);
    }

    /// <summary>Moves what the handler has written to the queue, and takes nothing more. Under the gate.</summary>
    /// <returns>False if that was done before.</returns>
    protected bool TryBeginEnd()
    {
        if (Ending)
        {
            return false;
        }

        Ending = true;
        QueueUnflushed();
        return true;
    }

    /// <summary>Says that nothing more is sent: the end has been handed over, or all is lost. Under the gate.</summary>
    protected void MarkClosed()
    {
        Closed = true;
        _endSent?.TrySetResult();
    }

    /// <summary>Takes the flush that waits, if one does. Under the gate; then <see cref="CompleteWaiter"/> outside of it.</summary>
    protected bool TakeWaiter()
    {
        bool waited = _waits;
        _waits = false;
        return waited;
    }

    /// <summary>Resumes the handler, if <see cref="TakeWaiter"/> gave its flush. Never under the gate.</summary>
    protected void CompleteWaiter(bool resume)
    {
        if (resume)
        {
            CompleteWaiterWith(isCanceled: false);
        }
    }

    private void CompleteWaiterWith(bool isCanceled)
    {
        _registration.Dispose();
        _registration = default;
        _waiter.SetResult(new FlushResult(isCanceled, isCompleted: Closed));
    }

    private Block Writable(int sizeHint)
    {
        if (Ending)
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

    private void CancelWaiter(CancellationToken token)
    {
        lock (Gate)
        {
            if (!TakeCanceled())
            {
                return;
            }
        }

        Post(static state =>
        {
            (OutboundPipe pipe, CancellationToken canceled) = ((OutboundPipe, CancellationToken))state!;
            lock (pipe.Gate)
            {
                pipe._isResuming = false;
            }

            pipe._registration = default; // this has fired
            pipe._waiter.SetException(new OperationCanceledException(canceled));
        }, (this, token));
    }

    private bool TakeCanceled()
    {
        bool waited = TakeWaiter();
        _isResuming |= waited;
        return waited;
    }

    private void ResumeCanceled()
    {
        lock (Gate)
        {
            _isResuming = false;
        }

        CompleteWaiterWith(isCanceled: true);
    }
}
