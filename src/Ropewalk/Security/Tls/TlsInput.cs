using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Ropewalk.Transports;

namespace Ropewalk.Security.Tls;

/// <summary>
/// The reading half of a <see cref="TlsTransport"/>. It pulls: a record is decrypted only when the handler reads and has examined what there
/// is. While nothing comes, neither this nor the TLS below holds a buffer, and the wait is the transport's own.
/// </summary>
internal sealed class TlsInput : PipeReader, IValueTaskSource<ReadResult>
{
    private const int LeastSpace = 512;

    private readonly TlsTransport _tls;
    private ManualResetValueTaskSourceCore<ReadResult> _waiter;
    private CancellationTokenRegistration _registration;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _pendingBytes;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _pendingRead;
    private Action? _onReady;
    private Block? _head;
    private Block? _tail;
    private Block? _filling;
    private Exception? _error;
    private long _length;
    private bool _examinedAll = true;
    private bool _waiting;
    private bool _reading;
    private bool _hasMore;
    private bool _waitsForBytes;
    private bool _ended;
    private bool _completed;
    private bool _canceled;
    private bool _large;
    private bool _watching;

    public TlsInput(TlsTransport tls) => _tls = tls;

    public long HeldBytes => Volatile.Read(ref _length);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (this)
        {
            if (TryReadLocked(out ReadResult result))
            {
                return new ValueTask<ReadResult>(result);
            }

            if (_waiting)
            {
                throw new InvalidOperationException("Another read is waiting on this connection.");
            }

            _waiting = true;
            if (cancellationToken.CanBeCanceled)
            {
                _registration = cancellationToken.UnsafeRegister(static (state, token) => ((TlsInput)state!).CancelWaiter(token), this);
            }

            return new ValueTask<ReadResult>(this, _waiter.Version);
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (this)
        {
            return TryReadLocked(out result);
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
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
                _examinedAll = true;
                ReadAhead();
            }
        }
    }

    /// <summary>Looks at records from now on while the handler does not read, one block ahead of it, so that the end is learnt when it comes.</summary>
    public void Watch()
    {
        lock (this)
        {
            _watching = true;
            ReadAhead();
        }
    }

    public override void CancelPendingRead()
    {
        ReadResult result;
        lock (this)
        {
            if (!_waiting)
            {
                _canceled = true;
                return;
            }

            // the read below goes on; the next reader finds what it brings
            _waiting = false;
            result = new ReadResult(Buffer, isCanceled: true, isCompleted: _ended);
        }

        CompleteWaiter(result);
    }

    public override void Complete(Exception? exception = null)
    {
        bool isReading;
        lock (this)
        {
            if (_completed)
            {
                return;
            }

            _completed = true;
            _length = 0;
            isReading = _reading;
            ReleaseBlocks();
        }

        if (isReading)
        {
            _tls.StopReading();
        }
        else
        {
            _tls.OnInputDone();
        }
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

    private ReadOnlySequence<byte> Buffer =>
        _head is null ? default : new ReadOnlySequence<byte>(_head, _head.Start, _tail!, _tail!.End);

    private bool TryReadLocked(out ReadResult result)
    {
        if (_completed)
        {
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        }

        if (_canceled)
        {
            _canceled = false;
            result = new ReadResult(Buffer, isCanceled: true, isCompleted: _ended);
            return true;
        }

        if ((_length > 0 && !_examinedAll) || _ended || _error is not null || (!_reading && Fill()))
        {
            // what arrived before the failure is the handler's still
            if (_error is not null && (_length == 0 || _examinedAll))
            {
                throw _error;
            }

            _examinedAll = false;
            result = new ReadResult(Buffer, isCanceled: false, isCompleted: _ended);
            return true;
        }

        result = default;
        return false;
    }

    private void ReadAhead()
    {
        if (_watching && _length == 0 && !_reading && !_ended && !_completed && _error is null)
        {
            Fill();
        }
    }

    /// <summary>Asks TLS for more until there is something to tell, or it must wait. Records that have come already are taken together.</summary>
    /// <returns>True if there is something to tell: bytes, the end, a failure.</returns>
    private bool Fill()
    {
        bool hasNews = false;
        while (true)
        {
            if (!_hasMore && !_tls.Stream.HasRecord())
            {
                if (hasNews || !WaitForBytes())
                {
                    return hasNews;
                }

                continue;
            }

            if (hasNews && _tail!.Free < LeastSpace)
            {
                return true;
            }

            if (!Read(out bool isDone))
            {
                return hasNews;
            }

            hasNews |= isDone;
            if (_ended || _error is not null)
            {
                return true;
            }
        }
    }

    /// <summary>Waits for the transport.</summary>
    /// <returns>True if it had something at once.</returns>
    private bool WaitForBytes()
    {
        ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter awaiter;
        try
        {
#pragma warning disable RS0030 // no handler runs on this continuation; the handler's own context is restored by the waiter
            awaiter = _tls.Stream.WaitForBytesAsync().ConfigureAwait(false).GetAwaiter();
#pragma warning restore RS0030
        }
        catch (Exception)
        {
            // the read that follows tells it
            return true;
        }

        if (awaiter.IsCompleted)
        {
            return Inspect(awaiter);
        }

        _reading = true;
        _waitsForBytes = true;
        _pendingBytes = awaiter;
        awaiter.UnsafeOnCompleted(_onReady ??= OnReady);
        return false;
    }

    private bool Inspect(ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter awaiter)
    {
        try
        {
            _tls.Stream.Inspect(awaiter.GetResult());
        }
        catch (Exception exception)
        {
            _error = exception;
            _tls.OnReadFailed(exception);
        }

        return true;
    }

    /// <summary>Reads from TLS: one record, or what was left of it.</summary>
    /// <returns>False if TLS wants more bytes than have come: a record without data was the last.</returns>
    private bool Read(out bool isDone)
    {
        _filling = _tail is { Free: >= LeastSpace } ? _tail : BlockPool.Rent(_large);
#pragma warning disable RS0030 // as above
        ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter =
            _tls.Ssl.ReadAsync(_filling.Array.AsMemory(_filling.End)).ConfigureAwait(false).GetAwaiter();
#pragma warning restore RS0030
        if (awaiter.IsCompleted)
        {
            FinishRead(awaiter);
            isDone = true;
            return true;
        }

        _reading = true;
        _waitsForBytes = false;
        _pendingRead = awaiter;
        awaiter.UnsafeOnCompleted(_onReady ??= OnReady);
        isDone = false;
        return false;
    }

    private void FinishRead(ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter)
    {
        Block block = _filling!;
        _filling = null;
        int count;
        try
        {
            count = awaiter.GetResult();
        }
        catch (Exception exception)
        {
            ReturnUnused(block);
            FailOrTruncate(exception);
            return;
        }

        _hasMore = false;
        if (!_completed && count > 0)
        {
            Append(block, count);
            return;
        }

        ReturnUnused(block);
        if (!_completed)
        {
            EndOrTruncate();
        }
    }

    private void Append(Block block, int count)
    {
        // a full read: TLS may hold the rest of the record
        bool isFull = count == block.Free;
        _hasMore = isFull;
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
        if (_length > _tls.Bounds.InputLimitBytes)
        {
            _error = _tls.OnInputLimit();
        }
    }

    private void OnReady()
    {
        ReadResult result;
        bool isWaiting;
        bool isStopped;
        lock (this)
        {
            _reading = false;
            if (!TakePending() && !_completed && _error is null && !Fill())
            {
                return;
            }

            isStopped = _completed;
            isWaiting = _waiting;
            _waiting = false;
            result = isStopped || (_error is not null && _length == 0) ? default : new ReadResult(Buffer, isCanceled: false, isCompleted: _ended);
        }

        if (isWaiting)
        {
            CompleteWaiter(result);
        }

        if (isStopped)
        {
            _tls.OnInputDone();
        }
    }

    /// <summary>Takes what a wait brought.</summary>
    /// <returns>True if there is something to tell.</returns>
    private bool TakePending()
    {
        if (_waitsForBytes)
        {
            ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter bytes = _pendingBytes;
            _pendingBytes = default;
            Inspect(bytes);
            return _error is not null;
        }

        ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter read = _pendingRead;
        _pendingRead = default;
        FinishRead(read);
        return true;
    }

    private void EndOrTruncate()
    {
        if (!_tls.Stream.Ended)
        {
            _ended = true;
            _tls.OnCloseNotifyReceived();
            return;
        }

        Truncate();
    }

    private void FailOrTruncate(Exception exception)
    {
        if (_tls.Stream.Ended && _tls.Stream.Failure is null)
        {
            // in the middle of a record
            Truncate();
            return;
        }

        _error = _tls.Stream.Failure ?? TlsHandshake.OfRecord(exception);
        _tls.OnReadFailed(_error);
    }

    private void Truncate()
    {
        if (_tls.OnTruncated() is { } error && !_completed)
        {
            _error = error;
        }
        else
        {
            _ended = true;
        }
    }

    // a block that was given up while it was being filled is nobody's either
    private void ReturnUnused(Block block)
    {
        if (block != _tail)
        {
            BlockPool.Return(block);
        }
    }

    private void CancelWaiter(CancellationToken token)
    {
        lock (this)
        {
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        _waiter.SetException(new OperationCanceledException(token));
    }

    private void CompleteWaiter(in ReadResult result)
    {
        _registration.Dispose();
        _registration = default;
        if (_error is { } error && result.Buffer.IsEmpty && !result.IsCanceled)
        {
            _waiter.SetException(error);
        }
        else
        {
            _waiter.SetResult(result);
        }
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
    }
}
