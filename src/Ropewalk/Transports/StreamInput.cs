using System.IO.Pipelines;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports;

/// <summary>
/// The reading half of a <see cref="StreamConnection"/>. It pulls: bytes are taken from the transport only when the handler reads and has
/// examined what there is, straight into a pooled block, on the thread that asks or on the one that learns of readiness. So an idle
/// connection holds no buffer, a handler that does not read makes the peer wait, and no task pumps.
/// </summary>
internal sealed class StreamInput : InboundPipe
{
    /// <summary>Reads in a row that may complete at once; then the thread serves others first, so that one busy peer starves nobody.</summary>
    private const int ReadsPerTurn = 16;

    /// <summary>What one <see cref="TryTake"/> counts for: it moves up to a megabyte.</summary>
    private const int ReadsPerTake = 4;

    private readonly StreamConnection _connection;
    private long _received;
    private int _readsThisTurn;
    private bool _readable;
    private bool _paused;

    public StreamInput(StreamConnection connection) => _connection = connection;

    public long ReceivedBytes => Volatile.Read(ref _received);

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

    public override void Complete(Exception? exception = null)
    {
        lock (this)
        {
            if (!TryComplete())
            {
                return;
            }
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
            if (!Waits)
            {
                return;
            }

            if (!Receive())
            {
                Arm();
                return;
            }

            TakeWaiter(out result);
        }

        CompleteWaiter(result);
    }

    /// <summary>Gets a pipe to carry what is received to another connection's output without copying it; null where there is none.</summary>
    public IDirectPipe? TryRentDirectPipe(StreamOutput output) => _connection.TryRentDirectPipe(output.Connection);

    /// <summary>Takes what the transport has into an empty pipe.</summary>
    /// <returns>False if there is nothing to take this way now: an ordinary read waits, or tells the end or the failure.</returns>
    public bool TryTake(IDirectPipe pipe)
    {
        lock (this)
        {
            if (!_readable || _paused || Completed || Ended || Error is not null || _connection.IsClosed || HeldBytes > 0 || (_readsThisTurn += ReadsPerTake) > ReadsPerTurn)
            {
                return false;
            }

            TransportOutcome outcome = _connection.TryReceive(pipe, out int count);
            if (outcome == TransportOutcome.Moved && count > 0)
            {
                _received += count;
                return true;
            }

            // nothing, and an end, are for the ordinary read to find: a splice reports both where urgent data is in its way
            if (outcome is TransportOutcome.Reset or TransportOutcome.Failed)
            {
                EndOrFail(outcome); // this is told once
            }

            return false;
        }
    }

    /// <summary>Takes what came before a reset that a send was told of, the peer's last words: with the transport it would be gone. Never under the gate.</summary>
    public void TakeLastWords()
    {
        ReadResult result;
        lock (this)
        {
            (_readable, _paused) = (true, false);
            while (!Completed && Error is null && HeldBytes + Block.LargeBytes <= _connection.Options.InputLimitBytes && Receive() && !Ended)
            {
                // the next block
            }

            // an end or an error that is found here is told here: Fail takes it for told
            if ((HeldBytes == 0 && Error is null && !Ended) || !TakeWaiter(out result))
            {
                return;
            }
        }

        CompleteWaiter(result);
    }

    /// <summary>Ends reading with an error: a reset, an abort. Bytes that were received before stay readable unless the end is local.</summary>
    /// <returns>True if a read waits: <see cref="ResumeFailed"/> from a clean stack.</returns>
    public bool Fail(Exception error, bool discard)
    {
        lock (this)
        {
            if (Error is not null || (Ended && !discard))
            {
                return false;
            }

            Error = error;
            FailsAtOnce = discard;
            return TakeWaiter(out _);
        }
    }

    /// <summary>Resumes the read that <see cref="Fail"/> found waiting.</summary>
    public void ResumeFailed() => CompleteWaiter(default);

    protected override bool TryFill() => ++_readsThisTurn <= ReadsPerTurn && Receive();

    protected override void OnWaiting() => Arm();

    protected override void Post(Action<object?> action, object? state) => _connection.Post(action, state);

    /// <summary>Takes what the transport has, once.</summary>
    /// <returns>True if there is something to tell the reader: bytes, the end, or an error.</returns>
    private bool Receive()
    {
        if (Ended || Error is not null)
        {
            return true;
        }

        if (!_readable || _paused || _connection.IsClosed)
        {
            return false;
        }

        Block block = RentSpace();
        TransportOutcome outcome = _connection.TryReceive(block.Array.AsSpan(block.End), out int count);
        if (outcome == TransportOutcome.Moved && count > 0)
        {
            bool isFull = Append(count);
            _readable = isFull || _connection.HangupSeen || _connection.UrgentSeen;
            if (_connection.HangupSeen && !isFull)
            {
                _connection.NotePeerEnded(); // came with the end: nobody may read again and find it
            }

            Count(count);
            return true;
        }

        GiveBack();
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
        if (outcome == TransportOutcome.Moved && _connection.End is { Reason: ConnectionEndReason.PeerReset or ConnectionEndReason.TransportFailed } known)
        {
            // The system tells a reset once, and a send was told it: what looks like an orderly end here is none.
            Error = StreamConnection.ExceptionFor(known);
            return;
        }

        if (outcome == TransportOutcome.Moved)
        {
            Ended = true;
            _connection.OnPeerEnded();
            return;
        }

        FailWith(outcome == TransportOutcome.Reset
            ? new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote)
            : new ConnectionEnd(ConnectionEndReason.TransportFailed, ErrorSide.Local, _connection.LastError));
    }

    private void Count(int count)
    {
        _received += count;
        if (HeldBytes > _connection.Options.InputLimitBytes)
        {
            FailWith(new ConnectionEnd(
                ConnectionEndReason.LimitExceeded, ErrorSide.Remote, $"more than {_connection.Options.InputLimitBytes} bytes received and not consumed"));
        }
    }

    private void FailWith(ConnectionEnd end)
    {
        Error = StreamConnection.ExceptionFor(end);
        _connection.OnTransportFailed(end);
    }

    private void Arm()
    {
        if (Ended || Error is not null || Completed || _paused)
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
            if (Waits)
            {
                Arm();
            }
        }
    }
}
