using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports;

/// <summary>
/// The reading half of a <see cref="StreamConnection"/>. It pulls: bytes are taken from the transport only when the handler reads and has
/// examined what there is, straight into a pooled block, on the thread that asks or on the one that learns of readiness. So an idle
/// connection holds no buffer, a handler that does not read makes the peer wait, and no task pumps.
/// </summary>
internal sealed class StreamInput : PipeReader, IValueTaskSource<ReadResult>
{
    /// <summary>Reads in a row that may complete at once; then the thread serves others first, so that one busy peer starves nobody.</summary>
    private const int ReadsPerTurn = 16;

    private readonly StreamConnection _connection;
    private ManualResetValueTaskSourceCore<ReadResult> _waiter;
    private CancellationTokenRegistration _registration;
    private Block? _head;
    private Block? _tail;
    private Exception? _error;
    private long _length;
    private long _received;
    private int _readsThisTurn;
    private bool _examinedAll = true;
    private bool _waiting;
    private bool _readable;
    private bool _ended;
    private bool _completed;
    private bool _canceled;
    private bool _paused;
    private bool _large;

    public StreamInput(StreamConnection connection) => _connection = connection;

    public long HeldBytes => Volatile.Read(ref _length);

    public long ReceivedBytes => Volatile.Read(ref _received);

    public bool Waits => _waiting;

    public bool Paused
    {
        get => _paused;
        set
        {
            lock (this)
            {
                _paused = value;
            }

            if (!value)
            {
                Resume();
            }
        }
    }

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
                _registration = cancellationToken.UnsafeRegister(
                    static (state, token) => ((StreamInput)state!).CancelWaiter(token), this);
            }

            Arm();
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
            }
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

            _waiting = false;
            result = new ReadResult(Buffer, isCanceled: true, isCompleted: _ended);
        }

        _registration.Dispose();
        _waiter.SetResult(result);
    }

    public override void Complete(Exception? exception = null)
    {
        lock (this)
        {
            if (_completed)
            {
                return;
            }

            _completed = true;
            _length = 0;
            ReleaseBlocks();
        }

        _connection.OnInputDone();
    }

    /// <summary>Learns from the transport that there may be something to receive. Runs the handler's turn on the calling thread.</summary>
    public void OnReadable()
    {
        ReadResult result;
        lock (this)
        {
            _readable = true;
            _readsThisTurn = 0;
            if (!_waiting)
            {
                return;
            }

            if (!Receive())
            {
                Arm();
                return;
            }

            _waiting = false;
            if (_error is null)
            {
                result = new ReadResult(Buffer, isCanceled: false, isCompleted: _ended);
                _examinedAll = false;
            }
            else
            {
                result = default;
            }
        }

        CompleteWaiter(result);
    }

    /// <summary>Ends reading with an error: a reset, an abort. Bytes that were received before stay readable unless the end is local.</summary>
    public void Fail(Exception error, bool discard)
    {
        lock (this)
        {
            if (_error is not null || (_ended && !discard))
            {
                return;
            }

            _error = error;
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        CompleteWaiter(default);
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

        if ((_length > 0 && !_examinedAll) || _ended || _error is not null || (++_readsThisTurn <= ReadsPerTurn && Receive()))
        {
            if (_error is not null)
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

    /// <summary>Takes what the transport has, once.</summary>
    /// <returns>True if there is something to tell the reader: bytes, the end, or an error.</returns>
    private bool Receive()
    {
        if (_ended || _error is not null)
        {
            return true;
        }

        if (!_readable || _paused || _connection.IsClosed)
        {
            return false;
        }

        Block? block = _tail;
        if (block is null || block.Free < 512)
        {
            block = BlockPool.Rent(_large);
        }

        Span<byte> space = block.Array.AsSpan(block.End);
        TransportOutcome outcome = _connection.TryReceive(space, out int count);
        if (outcome == TransportOutcome.Moved && count > 0)
        {
            _readable = count == space.Length || _connection.HangupSeen;
            if (_connection.HangupSeen && count < space.Length)
            {
                _connection.NotePeerEnded(); // came with the end: nobody may read again and find it
            }

            _large = count == space.Length || (_large && count > Block.SmallBytes);
            Append(block, count);
            return true;
        }

        if (block != _tail)
        {
            BlockPool.Return(block);
        }

        if (outcome == TransportOutcome.WouldBlock)
        {
            _readable = false;
            return false;
        }

        EndOrFail(outcome);
        return true;
    }

    private void EndOrFail(TransportOutcome outcome)
    {
        if (outcome == TransportOutcome.Moved && _connection.End is { Reason: not (ConnectionEndReason.Open or ConnectionEndReason.Completed) } known)
        {
            // The system tells a reset once, and a send was told it: what looks like an orderly end here is none.
            _error = StreamConnection.ExceptionFor(known);
            return;
        }

        if (outcome == TransportOutcome.Moved)
        {
            _ended = true;
            _connection.OnPeerEnded();
            return;
        }

        ConnectionEnd end = outcome == TransportOutcome.Reset
            ? new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote)
            : new ConnectionEnd(ConnectionEndReason.TransportFailed, ErrorSide.Local, _connection.LastError);
        _error = StreamConnection.ExceptionFor(end);
        _connection.OnTransportFailed(end);
    }

    private void Append(Block block, int count)
    {
        if (block != _tail)
        {
            _tail?.Link(block);
            _head ??= block;
            _tail = block;
        }

        block.Extend(count);
        _length += count;
        _received += count;
        if (_length > _connection.Options.InputLimitBytes)
        {
            ConnectionEnd end = new(ConnectionEndReason.LimitExceeded, ErrorSide.Remote, $"more than {_connection.Options.InputLimitBytes} bytes received and not consumed");
            _error = StreamConnection.ExceptionFor(end);
            _connection.OnTransportFailed(end);
        }
    }

    private void Arm()
    {
        if (_ended || _error is not null || _completed || _paused)
        {
            return;
        }

        if (_readable)
        {
            _connection.ScheduleReadable();
        }
        else
        {
            _connection.WantReadable();
        }
    }

    private void Resume()
    {
        lock (this)
        {
            if (_waiting)
            {
                Arm();
            }
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
        if (_error is { } error && result.Buffer.IsEmpty && !result.IsCompleted)
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
            BlockPool.Return(block);
            block = next;
        }

        _head = null;
        _tail = null;
    }
}
