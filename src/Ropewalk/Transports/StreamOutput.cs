using System.Buffers;
using System.IO.Pipelines;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports;

/// <summary>
/// The writing half of a <see cref="StreamConnection"/>. A flush on the transport's own loop is sent at the end of the turn, so that the
/// answers to pipelined requests leave in one write; elsewhere it is sent at once. What the system does not take waits here, and
/// <c>FlushAsync</c> waits while that is too much.
/// </summary>
internal sealed class StreamOutput : OutboundPipe
{
    /// <summary>Above this an item is sent from where it lies; below it, items are gathered by copying: cheaper than one iovec each.</summary>
    private const int SentInPlaceBytes = 16 * 1024;

    [ThreadStatic]
    private static byte[]? _gathering;

    private readonly StreamConnection _connection;
    private long _sent;
    private bool _scheduled;
    private bool _blocked;

    public StreamOutput(StreamConnection connection, object gate, long limit)
        : base(gate, limit) => _connection = connection;

    /// <summary>Gets whose half this is.</summary>
    public StreamConnection Connection => _connection;

    public long SentBytes => Volatile.Read(ref _sent);

    /// <summary>Sends big memory from where it lies, as far as the system takes it now; only the rest is copied.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (source.Length >= SentInPlaceBytes && !cancellationToken.IsCancellationRequested)
        {
            lock (Gate)
            {
                QueueUnflushed();
                if (!_blocked && !Ending && !Closed && !_connection.IsClosed)
                {
                    Send();
                    if (Queue.IsEmpty)
                    {
                        source = source[SendDirectly(source.Span)..];
                    }
                }

                // the rest before the gate opens: what another thread enqueues must not come into the middle
                this.Write(source.Span);
                QueueUnflushed();
            }
        }
        else
        {
            this.Write(source.Span);
        }

        return FlushAsync(cancellationToken);
    }

    /// <summary>
    /// Sends what a pipe holds, after what was written before. Completes when the system has taken some of it, or can take more: to be called
    /// again until nothing is left.
    /// </summary>
    public ValueTask<FlushResult> SendAsync(IDirectPipe pipe)
    {
        lock (Gate)
        {
            QueueUnflushed();
            if (!_blocked && !Closed && !_connection.IsClosed)
            {
                Send();
                if (Queue.IsEmpty && !_blocked && !Closed)
                {
                    SendFrom(pipe);
                }
            }

            return FinishFlush(mustWait: _blocked && pipe.HeldBytes > 0, CancellationToken.None);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        lock (Gate)
        {
            QueueUnflushed();
            if (!Queue.IsEmpty && !_blocked && !_scheduled)
            {
                if (QueuedBytes < SentInPlaceBytes && _connection.TryDeferFlush())
                {
                    _scheduled = true;
                }
                else
                {
                    Send();
                }
            }

            return FinishFlush(mustWait: QueuedBytes > _connection.Options.OutputPauseBytes, cancellationToken);
        }
    }

    /// <summary>Ends this side's output after what was written has been sent: a half-close, or with an exception an abort.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            _connection.Abort(new Microsoft.AspNetCore.Connections.ConnectionAbortedException("The writer was completed with an error.", exception));
            return;
        }

        lock (Gate)
        {
            if (TryBeginEnd() && !_blocked && !Closed)
            {
                Send();
            }
        }
    }

    /// <summary>Sends what a turn has gathered. Called by the transport for <see cref="StreamConnection.ScheduleFlush"/>.</summary>
    public void OnFlushScheduled()
    {
        bool resume;
        lock (Gate)
        {
            _scheduled = false;
            if (!_blocked && !Closed)
            {
                Send();
            }

            resume = TakeFreeWaiter();
        }

        CompleteWaiter(resume);
    }

    /// <summary>Learns that the system takes bytes again.</summary>
    public void OnWritable()
    {
        bool resume;
        lock (Gate)
        {
            if (!_blocked)
            {
                return;
            }

            _blocked = false;
            Send();
            resume = TakeFreeWaiter();
        }

        CompleteWaiter(resume);
    }

    /// <summary>Learns that the transport has sent bytes from the front of the queue in the background.</summary>
    public void OnSent(int count)
    {
        lock (Gate)
        {
            if (!Closed)
            {
                Sent(count);
            }
        }

        OnWritable();
    }

    /// <summary>Drops everything: nothing more can be sent.</summary>
    /// <returns>True if a flush waits: <see cref="Resume"/> from a clean stack.</returns>
    public bool Close()
    {
        lock (Gate)
        {
            if (Closed)
            {
                return false;
            }

            Queue.Clear();
            MarkClosed();
            return TakeWaiter();
        }
    }

    /// <summary>Resumes the flush that <see cref="Close"/> found waiting.</summary>
    public void Resume() => CompleteWaiter(resume: true);

    protected override void OnEnqueued()
    {
        if (!_blocked && !_scheduled)
        {
            _scheduled = true;
            _connection.ScheduleFlush();
        }
    }

    protected override void Post(Action<object?> action, object? state) => _connection.Post(action, state);

    protected override void OnOverflow(ConnectionEnd end) => _connection.OnTransportFailed(end);

    private void Send()
    {
        if (_connection.IsClosed)
        {
            return;
        }

        while (!Queue.IsEmpty)
        {
            ReadOnlySpan<byte> bytes = Queue.First;
            if (!Queue.HasOne && bytes.Length < SentInPlaceBytes)
            {
                byte[] gathering = _gathering ??= GC.AllocateUninitializedArray<byte>(Block.LargeBytes);
                bytes = gathering.AsSpan(0, Queue.Gather(gathering));
            }

            TransportOutcome outcome = _connection.TrySend(bytes, out int count);
            if (outcome == TransportOutcome.Moved)
            {
                Sent(count);
                continue;
            }

            Stop(outcome);
            return;
        }

        if (Ending && !Ended)
        {
            Ended = true;
            _connection.ShutdownOutput();
            MarkClosed();
            _connection.OnOutputDone();
        }
    }

    private void SendFrom(IDirectPipe pipe)
    {
        switch (_connection.TrySend(pipe, out int count))
        {
            case TransportOutcome.Moved:
                _sent += count;
                break;
            case TransportOutcome.Unsupported:
                Advance(pipe.Read(GetSpan(Block.LargeBytes)));
                QueueUnflushed();
                Send();
                break;
            case TransportOutcome stopped:
                Stop(stopped);
                break;
        }
    }

    /// <summary>Sends nothing more until the transport says so, which after a failure it never does.</summary>
    private void Stop(TransportOutcome outcome)
    {
        _blocked = true;
        if (outcome == TransportOutcome.WouldBlock)
        {
            _connection.WantWritable(Queue.IsEmpty ? default : Queue.FirstMemory);
            return;
        }

        _connection.OnTransportFailed(outcome == TransportOutcome.Reset
            ? new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote)
            : new ConnectionEnd(ConnectionEndReason.TransportFailed, ErrorSide.Local, _connection.LastError));
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
        Queue.Consume(count);
        _sent += count;
    }

    // resumed at half, so that a handler that outruns its peer is not woken for every segment
    private bool TakeFreeWaiter() => (Closed || QueuedBytes <= _connection.Options.OutputPauseBytes / 2) && TakeWaiter();
}
