using System.IO.Pipelines;

namespace Ropewalk.Transports;

/// <summary>
/// The writing half of a layer over another writer: what its handler flushes and what others enqueue leaves in the order of the calls, many
/// small pieces together, by whoever finds nobody doing it. <c>FlushAsync</c> waits while the writer below does.
/// </summary>
internal abstract class LayeredOutput : OutboundPipe
{
    /// <summary>16 KiB: what one record of TLS holds at most (RFC 8446 §5.1). Pieces as long are sent from where they lie.</summary>
    private const int SentInPlaceBytes = 16 * 1024;

    private bool _sending;

    protected LayeredOutput()
        : base(new object(), limitBytes: 1024 * 1024)
    {
    }

    public sealed override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        bool sends;
        lock (Gate)
        {
            QueueUnflushed();
            sends = TakeSending();
        }

        if (sends)
        {
            Send();
        }

        lock (Gate)
        {
            return FinishFlush(mustWait: _sending, cancellationToken);
        }
    }

    /// <summary>Ends this side's output after what was written, or with an exception aborts it.</summary>
    public sealed override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            Close();
            AbortBelow(exception);
            return;
        }

        bool sends;
        lock (Gate)
        {
            sends = TryBeginEnd() && TakeSending();
        }

        if (sends)
        {
            Send();
        }
    }

    /// <summary>Drops everything: nothing more can be sent.</summary>
    public void Close()
    {
        bool resume;
        lock (Gate)
        {
            MarkClosed();
            if (!_sending)
            {
                Queue.Clear();
            }

            resume = TakeWaiter();
        }

        CompleteWaiter(resume);
    }

    /// <summary>Sends until nothing is left. <b>Call</b>: when <see cref="PostSend"/> asked for it.</summary>
    protected void Send() => _ = SendAsync();

    /// <summary>Calls <see cref="Send"/> soon, and not on the caller's stack. Under the gate.</summary>
    protected abstract void PostSend();

    /// <summary>Writes bytes into the writer below.</summary>
    /// <returns>False if nothing more can be sent.</returns>
    protected abstract ValueTask<bool> WriteBelowAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends the output below, after all that was written.</summary>
    protected abstract ValueTask EndBelowAsync();

    /// <summary>Hands over what was written below and is still there.</summary>
    /// <returns>False if nothing more can be sent.</returns>
    protected virtual ValueTask<bool> FlushBelowAsync() => ValueTask.FromResult(true);

    /// <summary>Aborts the output below: the handler has failed.</summary>
    protected abstract void AbortBelow(Exception exception);

    /// <summary>Learns that nothing more will be sent: the end has been handed over, or all is lost.</summary>
    protected virtual void OnDone()
    {
    }

    protected sealed override void OnEnqueued()
    {
        if (TakeSending())
        {
            // not on the caller's stack: it has many to serve, and what comes meanwhile leaves in the same write
            PostSend();
        }
    }

    /// <summary>Makes the caller the one who sends, if there is something to do and nobody does it. Under the gate.</summary>
    private bool TakeSending()
    {
        if (_sending || Closed || (Queue.IsEmpty && !Ending))
        {
            return false;
        }

        return _sending = true;
    }

    /// <summary>Sends until nothing is left. One at a time: <see cref="TakeSending"/> decides who.</summary>
    private async Task SendAsync()
    {
        bool isStopped;
        do
        {
            bool isLost = false;
            try
            {
                while (TryPeek(out ReadOnlyMemory<byte> bytes, out Block? gathered))
                {
                    try
                    {
                        isLost |= !await WriteBelowAsync(bytes);
                    }
                    finally
                    {
                        if (gathered is not null)
                        {
                            BlockPool.Return(gathered);
                        }
                    }

                    Consume(bytes.Length);
                }

                if (Ending && !Ended && !Closed)
                {
                    Ended = true;
                    await EndBelowAsync();
                }

                isLost |= !await FlushBelowAsync();
            }
            catch (Exception)
            {
                // whatever it is, nothing more can be sent; who writes next learns it from the flush
                isLost = true;
            }

            isStopped = TryStop(isLost, out bool resume, out bool isDone);
            if (isDone)
            {
                OnDone();
            }

            CompleteWaiter(resume);
        }
        while (!isStopped);
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

            if (Queue.HasOne || Queue.First.Length >= SentInPlaceBytes)
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

    /// <summary>Stops being the one who sends, unless more has come. Looking and stopping are one step: who comes later finds nobody.</summary>
    private bool TryStop(bool isLost, out bool resume, out bool isDone)
    {
        lock (Gate)
        {
            // what a waiting flush has queued is on its way, whatever others have queued behind it
            resume = TakeWaiter();
            isLost |= Closed;
            if (!isLost && (!Queue.IsEmpty || (Ending && !Ended)))
            {
                isDone = false;
                return false;
            }

            _sending = false;
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
