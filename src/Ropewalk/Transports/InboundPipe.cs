using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Ropewalk.Transports;

/// <summary>
/// What the reading halves of the engine's connections share: the blocks that were received and not consumed, the one read that may wait,
/// and what a handler may call. Whoever derives says where bytes come from. The object is its own gate.
/// </summary>
internal abstract class InboundPipe : PipeReader, IValueTaskSource<ReadResult>
{
    /// <summary>Less room than this at the end of a block is not worth a system call.</summary>
    protected const int LeastSpace = 512;

    private ManualResetValueTaskSourceCore<ReadResult> _waiter;
    private CancellationTokenRegistration _registration;
    private Block? _head;
    private Block? _tail;
    private Block? _filling;
    private long _length;
    private bool _examinedAll = true;
    private bool _canceled;
    private bool _isResuming;
    private bool _large;

    public long HeldBytes => Volatile.Read(ref _length);

    /// <summary>Gets whether a handler waits in a read. Read under the gate.</summary>
    public bool Waits { get; private set; }

    /// <summary>Gets or sets what the next read fails with, once what came before it has been examined.</summary>
    protected Exception? Error { get; set; }

    /// <summary>Gets or sets whether what came before <see cref="Error"/> is not told any more.</summary>
    protected bool FailsAtOnce { get; set; }

    /// <summary>Gets or sets whether the peer's output has ended.</summary>
    public bool Ended { get; protected set; }

    /// <summary>Gets whether the handler has completed the reader.</summary>
    protected bool Completed { get; private set; }

    /// <summary>Gets the room that is left in the last block.</summary>
    protected int Free => _tail?.Free ?? 0;

    private ReadOnlySequence<byte> Buffer =>
        _head is null ? default : new ReadOnlySequence<byte>(_head, _head.Start, _tail!, _tail!.End);

    public sealed override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (this)
        {
            if (TryReadLocked(out ReadResult result))
            {
                return new ValueTask<ReadResult>(result);
            }

            if (Waits || _isResuming)
            {
                throw new InvalidOperationException("Another read is waiting on this connection.");
            }

            Waits = true;
            if (cancellationToken.CanBeCanceled)
            {
                _registration = cancellationToken.UnsafeRegister(static (state, token) => ((InboundPipe)state!).CancelWaiter(token), this);
            }

            OnWaiting();
            return new ValueTask<ReadResult>(this, _waiter.Version);
        }
    }

    public sealed override bool TryRead(out ReadResult result)
    {
        lock (this)
        {
            return TryReadLocked(out result);
        }
    }

    public sealed override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public sealed override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (this)
        {
            if (consumed.GetObject() is not Block upTo)
            {
                _examinedAll = _length == 0;
                return;
            }

            int index = consumed.GetInteger();
            while (_head != upTo)
            {
                Block done = _head ?? throw new InvalidOperationException("Advanced to a position that is not in the buffer.");
                _length -= done.End - done.Start;
                _head = done.NextBlock;
                BlockPool.Return(done);
            }

            _length -= index - upTo.Start;
            upTo.Start = index;
            _examinedAll = examined.GetObject() == _tail && examined.GetInteger() == _tail!.End;
            if (_length == 0)
            {
                ReleaseBlocks();
                OnConsumed();
            }
        }
    }

    public sealed override void CancelPendingRead()
    {
        lock (this)
        {
            if (!TakeCanceled())
            {
                // one that is about to be resumed is cancelled already
                _canceled |= !_isResuming;
                return;
            }
        }

        // Not on the caller's stack: it may hold locks, or be on another connection's turn. What is under way below goes on; the next reader finds it.
        Post(static state => ((InboundPipe)state!).ResumeCanceled(), this);
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
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

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);

    /// <summary>Has the read that waits tell of its completion: as the awaiter of its task does, which takes an action of each reader's own.</summary>
    public void OnRead(Action<object?> continuation, object state) => _waiter.OnCompleted(continuation, state, _waiter.Version, ValueTaskSourceOnCompletedFlags.None);

    /// <summary>Takes more from below, if that is possible now. Under the gate.</summary>
    /// <returns>True if there is something to tell the reader: bytes, the end, or an error.</returns>
    protected abstract bool TryFill();

    /// <summary>Runs something soon on the connection's own turn.</summary>
    protected abstract void Post(Action<object?> action, object? state);

    /// <summary>Learns that a read waits: what comes is to be told by <see cref="TakeWaiter"/> and <see cref="CompleteWaiter"/>. Under the gate.</summary>
    protected virtual void OnWaiting()
    {
    }

    /// <summary>Learns that all that was received has been consumed. Under the gate.</summary>
    protected virtual void OnConsumed()
    {
    }

    /// <summary>Drops what was received; no read follows. Under the gate.</summary>
    /// <returns>False if that was done before.</returns>
    protected bool TryComplete()
    {
        if (Completed)
        {
            return false;
        }

        Completed = true;
        _length = 0;
        ReleaseBlocks();
        return true;
    }

    /// <summary>
    /// Gets a block to fill from <see cref="Block.End"/> on: the last one, if it has room. Under the gate; it is the filler's, whatever is
    /// consumed meanwhile, until <see cref="Append"/> or <see cref="GiveBack"/>.
    /// </summary>
    protected Block RentSpace() => _filling = _tail is { Free: >= LeastSpace } ? _tail : BlockPool.Rent(_large);

    /// <summary>Gives back the block that was to be filled. Under the gate.</summary>
    protected void GiveBack()
    {
        if (_filling != _tail)
        {
            BlockPool.Return(_filling!);
        }

        _filling = null;
    }

    /// <summary>Takes over what the block was filled with. Under the gate.</summary>
    /// <returns>True if it is full: there is probably more.</returns>
    protected bool Append(int count)
    {
        Block block = _filling!;
        _filling = null;
        bool isFull = count == block.Free;
        _large = isFull || (_large && count > Block.SmallBytes);
        if (block != _tail)
        {
            _tail?.Link(block);
            _head ??= block;
            _tail = block;
        }

        block.Extend(count);
        _length += count;
        _examinedAll = false;
        return isFull;
    }

    /// <summary>Takes the read that waits, if one does, and what it is to be told. Under the gate; then <see cref="CompleteWaiter"/> outside of it.</summary>
    protected bool TakeWaiter(out ReadResult result)
    {
        if (!Waits)
        {
            result = default;
            return false;
        }

        Waits = false;
        result = Completed || MustFail ? default : new ReadResult(Buffer, isCanceled: false, isCompleted: Ended);
        _examinedAll = false;
        return true;
    }

    /// <summary>Resumes the handler. Never under the gate.</summary>
    protected void CompleteWaiter(in ReadResult result)
    {
        _registration.Dispose();
        _registration = default;
        if (Error is { } error && result is { IsCanceled: false, IsCompleted: false, Buffer.IsEmpty: true })
        {
            _waiter.SetException(error);
        }
        else
        {
            _waiter.SetResult(result);
        }
    }

    // what arrived before a failure is the handler's still
    private bool MustFail => Error is not null && (FailsAtOnce || _length == 0 || _examinedAll);

    private bool TryReadLocked(out ReadResult result)
    {
        if (Completed)
        {
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        }

        if (_canceled)
        {
            _canceled = false;
            result = new ReadResult(Buffer, isCanceled: true, isCompleted: Ended);
            return true;
        }

        if ((_length > 0 && !_examinedAll) || Ended || Error is not null || TryFill())
        {
            if (MustFail)
            {
                throw Error!;
            }

            _examinedAll = false;
            result = new ReadResult(Buffer, isCanceled: false, isCompleted: Ended);
            return true;
        }

        result = default;
        return false;
    }

    private void CancelWaiter(CancellationToken token)
    {
        lock (this)
        {
            if (!TakeCanceled())
            {
                return;
            }
        }

        Post(static state =>
        {
            (InboundPipe pipe, CancellationToken canceled) = ((InboundPipe, CancellationToken))state!;
            lock (pipe)
            {
                pipe._isResuming = false;
            }

            pipe._registration = default; // this has fired
            pipe._waiter.SetException(new OperationCanceledException(canceled));
        }, (this, token));
    }

    private bool TakeCanceled()
    {
        bool waited = Waits;
        Waits = false;
        _isResuming |= waited;
        return waited;
    }

    private void ResumeCanceled()
    {
        ReadResult result;
        lock (this)
        {
            // what there is now: since the cancel the reader may have been completed, and its blocks be somebody else's
            _isResuming = false;
            result = new ReadResult(Completed ? default : Buffer, isCanceled: true, isCompleted: Ended);
        }

        CompleteWaiter(result);
    }

    private void ReleaseBlocks()
    {
        for (Block? block = _head; block is not null;)
        {
            Block? next = block.NextBlock;
            if (block != _filling)
            {
                BlockPool.Return(block);
            }

            block = next;
        }

        _head = null;
        _tail = null;
        _examinedAll = true;
    }
}
