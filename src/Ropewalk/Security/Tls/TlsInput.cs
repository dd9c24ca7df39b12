using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Ropewalk.Transports;

namespace Ropewalk.Security.Tls;

/// <summary>
/// The reading half of a <see cref="TlsTransport"/>. It pulls: a record is decrypted only when the handler reads and has examined what there
/// is. While nothing comes, neither this nor the TLS below holds a buffer: the wait is an empty read.
/// </summary>
internal sealed class TlsInput : PipeReader, IValueTaskSource<ReadResult>
{
    private const int LeastSpace = 512;

    private readonly TlsTransport _tls;
    private ManualResetValueTaskSourceCore<ReadResult> _waiter;
    private CancellationTokenRegistration _registration;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _pending;
    private Action? _onRead;
    private Block? _head;
    private Block? _tail;
    private Block? _filling;
    private Exception? _error;
    private long _length;
    private bool _examinedAll = true;
    private bool _waiting;
    private bool _reading;
    private bool _probed;
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

    /// <summary>Asks TLS for more until there is something to tell, or it must wait.</summary>
    private bool Fill()
    {
        while (true)
        {
            ValueTask<int> read = StartRead();
#pragma warning disable RS0030 // SslStream has left any context already, and the handler's is restored by the waiter
            ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter = read.ConfigureAwait(false).GetAwaiter();
#pragma warning restore RS0030
            if (!awaiter.IsCompleted)
            {
                _reading = true;
                _pending = awaiter;
                awaiter.UnsafeOnCompleted(_onRead ??= OnRead);
                return false;
            }

            if (FinishRead(awaiter))
            {
                return true;
            }
        }
    }

    private ValueTask<int> StartRead()
    {
        if (_length == 0 && !_probed)
        {
            _filling = null;
            return _tls.Ssl.ReadAsync(Memory<byte>.Empty);
        }

        _filling = _tail is { Free: >= LeastSpace } ? _tail : BlockPool.Rent(_large);
        return _tls.Ssl.ReadAsync(_filling.Array.AsMemory(_filling.End));
    }

    /// <summary>Takes the result of a read.</summary>
    /// <returns>True if there is something to tell: bytes, the end, a failure.</returns>
    private bool FinishRead(ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter)
    {
        Block? block = _filling;
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
            return true;
        }

        if (block is null)
        {
            _probed = true;
            return false;
        }

        _probed = false;
        if (_completed || count == 0)
        {
            ReturnUnused(block);
            if (!_completed)
            {
                EndOrTruncate();
            }

            return true;
        }

        Append(block, count);
        return true;
    }

    private void Append(Block block, int count)
    {
        // a full read: what is left of the record is at hand without another wait
        bool isFull = count == block.Free;
        _probed = isFull;
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

    private void OnRead()
    {
        ReadResult result;
        bool isWaiting;
        bool isStopped = false;
        lock (this)
        {
            _reading = false;
            bool hasNews = FinishRead(_pending);
            _pending = default;
            if (_completed)
            {
                isStopped = true;
            }
            else if (!hasNews && !Fill())
            {
                return;
            }

            isWaiting = _waiting;
            _waiting = false;
            result = _error is null || _length > 0 ? new ReadResult(isStopped ? default : Buffer, isCanceled: false, isCompleted: _ended) : default;
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

    private void ReturnUnused(Block? block)
    {
        if (block is not null && block != _tail)
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
