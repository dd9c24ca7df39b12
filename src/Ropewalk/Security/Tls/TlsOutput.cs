using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Security.Tls;

/// <summary>
/// The writing half of a <see cref="TlsTransport"/>: what its handler flushes and what others enqueue is encrypted in the order of the calls,
/// many small pieces in one record, by whoever finds nobody doing it. <c>FlushAsync</c> waits while the transport below is full.
/// </summary>
internal sealed class TlsOutput : PipeWriter, IValueTaskSource<FlushResult>, IThreadPoolWorkItem
{
    /// <summary>Sealed bytes are handed to the transport at least this often.</summary>
    private const int FlushBytes = 64 * 1024;

    /// <summary>16 KiB: the most that one record holds (RFC 8446 §5.1). Pieces as long are encrypted from where they lie.</summary>
    private const int RecordBytes = 16 * 1024;

    private readonly TlsTransport _tls;
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<FlushResult> _waiter;
    private CancellationTokenRegistration _registration;
    private OutputQueue _queue;
    private Block? _firstUnflushed;
    private Block? _current;
    private TaskCompletionSource? _endSent;
    private long _unflushed;
    private long _queued;
    private long _limit = 1024 * 1024;
    private long _dropped;
    private bool _large;
    private bool _sealing;
    private bool _waiting;
    private bool _canceled;
    private bool _ending;
    private bool _closed;

    public TlsOutput(TlsTransport tls) => _tls = tls;

    public long QueuedBytes => Volatile.Read(ref _queued);

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

    public bool Ended { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Block block = Writable(sizeHint);
        return block.Array.AsMemory(block.End);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Block block = Writable(sizeHint);
        return block.Array.AsSpan(block.End);
    }

    public override void Advance(int bytes)
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

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        bool seals;
        lock (_gate)
        {
            QueueUnflushed();
            seals = TakeSealing();
        }

        if (seals)
        {
            _ = SealAsync();
        }

        lock (_gate)
        {
            if (_canceled)
            {
                _canceled = false;
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: true, isCompleted: _closed));
            }

            if (_closed || !_sealing)
            {
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: _closed));
            }

            _waiting = true;
            if (cancellationToken.CanBeCanceled)
            {
                _registration = cancellationToken.UnsafeRegister(static (state, token) => ((TlsOutput)state!).CancelWaiter(token), this);
            }

            return new ValueTask<FlushResult>(this, _waiter.Version);
        }
    }

    public override void CancelPendingFlush()
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _canceled = true;
                return;
            }

            _waiting = false;
        }

        _registration.Dispose();
        _waiter.SetResult(new FlushResult(isCanceled: true, isCompleted: _closed));
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
        lock (_gate)
        {
            if (_ending)
            {
                return;
            }

            _ending = true;
            QueueUnflushed();
            seals = TakeSealing();
        }

        if (seals)
        {
            _ = SealAsync();
        }
    }

    /// <summary>Completes when <c>close_notify</c> has been handed to the transport, or cannot be.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken)
    {
        Complete();
        lock (_gate)
        {
            if (_closed)
            {
                return ValueTask.CompletedTask;
            }

            _endSent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_endSent.Task.WaitAsync(cancellationToken));
        }
    }

    public bool TryEnqueue(SharedBytes bytes)
    {
        bool overflows;
        lock (_gate)
        {
            if (_closed || _ending)
            {
                return false;
            }

            if (_queued + bytes.Length <= _limit)
            {
                bytes.Retain();
                _queue.Add(bytes);
                _queued += bytes.Length;
                if (TakeSealing())
                {
                    // not on the caller's stack: it has many to serve, and what comes meanwhile leaves in the same record
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                }

                return true;
            }

            _dropped++;
            overflows = Overflow == OutboundOverflow.Close;
        }

        if (overflows)
        {
            _tls.Abort(new ConnectionEnd(ConnectionEndReason.SendQueueExceeded, ErrorSide.Remote, $"{QueuedBytes} bytes waiting, limit {LimitBytes}"));
        }

        return false;
    }

    /// <summary>Drops everything: nothing more can be sent.</summary>
    public void Close()
    {
        bool resume;
        lock (_gate)
        {
            _closed = true;
            _ending = true;
            if (!_sealing)
            {
                _queue.Clear();
                _queued = 0;
            }

            _endSent?.TrySetResult();
            resume = _waiting;
            _waiting = false;
        }

        CompleteWaiter(resume);
    }

    void IThreadPoolWorkItem.Execute() => _ = SealAsync();

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

    private Block Writable(int sizeHint)
    {
        if (_ending && !_closed)
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

    private void QueueUnflushed()
    {
        _large = _unflushed > Block.SmallBytes;
        for (Block? block = _firstUnflushed; block is not null;)
        {
            Block? next = block.NextBlock;
            block.Unlink();
            if (_closed || block.End == 0)
            {
                BlockPool.Return(block);
            }
            else
            {
                _queue.Add(block);
                _queued += block.End;
            }

            block = next;
        }

        _firstUnflushed = null;
        _current = null;
        _unflushed = 0;
    }

    /// <summary>Makes the caller the one who encrypts, if there is something to do and nobody does it. Under the gate.</summary>
    private bool TakeSealing()
    {
        if (_sealing || _closed || (_queue.IsEmpty && !_ending))
        {
            return false;
        }

        return _sealing = true;
    }

    /// <summary>Encrypts and hands over until nothing is left. One at a time: <see cref="TakeSealing"/> decides who.</summary>
    private async Task SealAsync()
    {
        bool isDone;
        bool resume;
        Exception? failure;
        do
        {
            failure = null;
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
        }
        while (!TryStop(failure is not null, out resume, out isDone));

        if (isDone)
        {
            _tls.OnOutputDone();
        }

        CompleteWaiter(resume);
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

        if (_ending && !Ended && !_closed)
        {
            Ended = true;
            await _tls.Ssl.ShutdownAsync();
        }
    }

    private bool TryPeek(out ReadOnlyMemory<byte> bytes, out Block? gathered)
    {
        gathered = null;
        lock (_gate)
        {
            if (_queue.IsEmpty || _closed)
            {
                bytes = default;
                return false;
            }

            if (_queue.HasOne || _queue.First.Length >= RecordBytes)
            {
                bytes = _queue.FirstMemory;
                return true;
            }

            gathered = BlockPool.Rent(large: true);
            bytes = gathered.Array.AsMemory(0, _queue.Gather(gathered.Array));
            return true;
        }
    }

    private void Consume(int count)
    {
        lock (_gate)
        {
            _queue.Consume(count);
            _queued -= count;
        }
    }

    /// <summary>Stops being the one who encrypts, unless more has come. Looking and stopping are one step: who comes later finds nobody.</summary>
    private bool TryStop(bool failed, out bool resume, out bool isDone)
    {
        lock (_gate)
        {
            _closed |= failed || _tls.Stream.OutputRefused;
            if (!_closed && (!_queue.IsEmpty || (_ending && !Ended)))
            {
                resume = false;
                isDone = false;
                return false;
            }

            _sealing = false;
            isDone = Ended || _closed;
            if (isDone)
            {
                _closed = true;
                _queue.Clear();
                _queued = 0;
                _endSent?.TrySetResult();
            }

            resume = _waiting;
            _waiting = false;
            return true;
        }
    }

    private void CompleteWaiter(bool resume)
    {
        if (resume)
        {
            _registration.Dispose();
            _registration = default;
            _waiter.SetResult(new FlushResult(isCanceled: false, isCompleted: _closed));
        }
    }

    private void CancelWaiter(CancellationToken token)
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        _waiter.SetException(new OperationCanceledException(token));
    }
}
