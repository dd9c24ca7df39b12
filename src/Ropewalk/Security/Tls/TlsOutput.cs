using System.IO.Pipelines;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Security.Tls;

/// <summary>
/// The writing half of a <see cref="TlsTransport"/>: what its handler flushes and what others enqueue is encrypted in the order of the calls,
/// many small pieces in one record, by whoever finds nobody doing it. <c>FlushAsync</c> waits while the transport below is full.
/// </summary>
internal sealed class TlsOutput : OutboundPipe, IThreadPoolWorkItem
{
    /// <summary>Sealed bytes are handed to the transport at least this often.</summary>
    private const int FlushBytes = 64 * 1024;

    /// <summary>16 KiB: the most that one record holds (RFC 8446 §5.1). Pieces as long are encrypted from where they lie.</summary>
    private const int RecordBytes = 16 * 1024;

    private readonly TlsTransport _tls;
    private bool _sealing;

    public TlsOutput(TlsTransport tls)
        : base(new object(), limitBytes: 1024 * 1024) => _tls = tls;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        bool seals;
        lock (Gate)
        {
            QueueUnflushed();
            seals = TakeSealing();
        }

        if (seals)
        {
            _ = SealAsync();
        }

        lock (Gate)
        {
            return FinishFlush(mustWait: _sealing, cancellationToken);
        }
    }

    /// <summary>Ends this side's output after what was written: <c>close_notify</c>, or with an exception an abort.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            Close();
            _tls.AbortOutput(exception);
            return;
        }

        bool seals;
        lock (Gate)
        {
            seals = TryBeginEnd() && TakeSealing();
        }

        if (seals)
        {
            _ = SealAsync();
        }
    }

    /// <summary>Drops everything: nothing more can be sent.</summary>
    public void Close()
    {
        bool resume;
        lock (Gate)
        {
            MarkClosed();
            if (!_sealing)
            {
                Queue.Clear();
            }

            resume = TakeWaiter();
        }

        CompleteWaiter(resume);
    }

    void IThreadPoolWorkItem.Execute() => _ = SealAsync();

    protected override void OnEnqueued()
    {
        if (TakeSealing())
        {
            // not on the caller's stack: it has many to serve, and what comes meanwhile leaves in the same record
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    protected override void Post(Action<object?> action, object? state) => _tls.Post(action, state);

    protected override void OnOverflow(ConnectionEnd end) =>
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Tls.Abort(state.End), (Tls: _tls, End: end), preferLocal: false);

    /// <summary>Makes the caller the one who encrypts, if there is something to do and nobody does it. Under the gate.</summary>
    private bool TakeSealing()
    {
        if (_sealing || Closed || (Queue.IsEmpty && !Ending))
        {
            return false;
        }

        return _sealing = true;
    }

    /// <summary>Encrypts and hands over until nothing is left. One at a time: <see cref="TakeSealing"/> decides who.</summary>
    private async Task SealAsync()
    {
        bool isStopped;
        do
        {
            Exception? failure = null;
            try
            {
                await SealQueueAsync();
                await _tls.Stream.FlushOutputAsync(CancellationToken.None);
            }
            catch (Exception exception)
            {
                // whatever it is, nothing more can be sent; who writes next learns it from the flush
                failure = exception;
            }

            isStopped = TryStop(failure is not null, out bool resume, out bool isDone);
            if (isDone)
            {
                _tls.OnOutputDone();
            }

            CompleteWaiter(resume);
        }
        while (!isStopped);
    }

    private async ValueTask SealQueueAsync()
    {
        while (TryPeek(out ReadOnlyMemory<byte> bytes, out Block? gathered))
        {
            try
            {
                // the stream is corked: this completes at once
                await _tls.Ssl.WriteAsync(bytes);
            }
            finally
            {
                if (gathered is not null)
                {
                    BlockPool.Return(gathered);
                }
            }

            Consume(bytes.Length);
            if (_tls.Stream.CorkedBytes >= FlushBytes)
            {
                await _tls.Stream.FlushOutputAsync(CancellationToken.None);
            }
        }

        if (Ending && !Ended && !Closed)
        {
            Ended = true;
            await _tls.Ssl.ShutdownAsync();
        }
    }

    private bool TryPeek(out ReadOnlyMemory<byte> bytes, out Block? gathered)
    {
        gathered = null;
        lock (Gate)
        {
            if (Queue.IsEmpty || Closed)
            {
                bytes = default;
                return false;
            }

            if (Queue.HasOne || Queue.First.Length >= RecordBytes)
            {
                bytes = Queue.FirstMemory;
                return true;
            }

            gathered = BlockPool.Rent(large: true);
            bytes = gathered.Array.AsMemory(0, Queue.Gather(gathered.Array));
            return true;
        }
    }

    private void Consume(int count)
    {
        lock (Gate)
        {
            Queue.Consume(count);
        }
    }

    /// <summary>Stops being the one who encrypts, unless more has come. Looking and stopping are one step: who comes later finds nobody.</summary>
    private bool TryStop(bool failed, out bool resume, out bool isDone)
    {
        lock (Gate)
        {
            // what a waiting flush has queued is on its way, whatever others have queued behind it
            resume = TakeWaiter();
            bool isLost = failed || Closed || _tls.Stream.OutputRefused;
            if (!isLost && (!Queue.IsEmpty || (Ending && !Ended)))
            {
                isDone = false;
                return false;
            }

            _sealing = false;
            isDone = Ended || isLost;
            if (isDone)
            {
                MarkClosed();
                Queue.Clear();
            }

            return true;
        }
    }
}
