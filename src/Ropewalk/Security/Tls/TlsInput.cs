using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Ropewalk.Transports;

namespace Ropewalk.Security.Tls;

/// <summary>
/// The reading half of a <see cref="TlsTransport"/>. It pulls: a record is decrypted only when the handler reads and has examined what there
/// is. While nothing comes, neither this nor the TLS below holds a buffer, and the wait is the transport's own.
/// </summary>
internal sealed class TlsInput : InboundPipe
{
    private readonly TlsTransport _tls;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _pendingBytes;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _pendingRead;
    private Action? _onReady;
    private bool _reading;
    private bool _hasMore;
    private bool _waitsForBytes;
    private bool _watching;

    public TlsInput(TlsTransport tls) => _tls = tls;

    /// <summary>Looks at records from now on while the handler does not read, one block ahead of it, so that the end is learnt when it comes.</summary>
    public void Watch()
    {
        lock (this)
        {
            _watching = true;
            ReadAhead();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        bool isReading;
        lock (this)
        {
            if (!TryComplete())
            {
                return;
            }

            isReading = _reading;
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

    protected override bool TryFill() => !_reading && Fill();

    protected override void OnConsumed() => ReadAhead();

    protected override void Post(Action<object?> action, object? state) => _tls.Post(action, state);

    private void ReadAhead()
    {
        if (_watching && HeldBytes == 0 && !_reading && !Ended && !Completed && Error is null)
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

            if (hasNews && Free < LeastSpace)
            {
                return true;
            }

            if (!Read(out bool isDone))
            {
                return hasNews;
            }

            hasNews |= isDone;
            if (Ended || Error is not null)
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
            Error = exception;
            _tls.OnReadFailed(exception);
        }

        return true;
    }

    /// <summary>Reads from TLS: one record, or what was left of it.</summary>
    /// <returns>False if TLS wants more bytes than have come: a record without data was the last.</returns>
    private bool Read(out bool isDone)
    {
        Block block = RentSpace();
#pragma warning disable RS0030 // as above
        ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter =
            _tls.Ssl.ReadAsync(block.Array.AsMemory(block.End)).ConfigureAwait(false).GetAwaiter();
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
        int count;
        try
        {
            count = awaiter.GetResult();
        }
        catch (Exception exception)
        {
            GiveBack();
            FailOrTruncate(exception);
            return;
        }

        _hasMore = false;
        if (!Completed && count > 0)
        {
            // a full read: TLS may hold the rest of the record
            _hasMore = Append(count);
            if (HeldBytes > _tls.Bounds.InputLimitBytes)
            {
                Error = _tls.OnInputLimit();
            }

            return;
        }

        GiveBack();
        if (!Completed)
        {
            EndOrTruncate();
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
            if (!TakePending() && !Completed && Error is null && !Fill())
            {
                return;
            }

            isStopped = Completed;
            isWaiting = TakeWaiter(out result);
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
            return Error is not null;
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
            Ended = true;
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

        Error = _tls.Stream.Failure ?? TlsHandshake.OfRecord(exception);
        _tls.OnReadFailed(Error);
    }

    private void Truncate()
    {
        if (_tls.OnTruncated() is { } error && !Completed)
        {
            Error = error;
        }
        else
        {
            Ended = true;
        }
    }
}
