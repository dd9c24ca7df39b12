using System.IO.Pipelines;
using System.Net;
using Ropewalk.Diagnostics;

namespace Ropewalk.Transports.Memory;

/// <summary>One end of a connection in memory.</summary>
internal sealed class MemoryConnection : StreamConnection, IThreadPoolWorkItem
{
    /// <summary>How long a reset waits for a handler to take what came before it, as with the reactor.</summary>
    private static readonly TimeSpan ResetGrace = TimeSpan.FromSeconds(1);

    private readonly MemoryLink _incoming;
    private readonly MemoryLink _outgoing;
    private readonly PipeScheduler _scheduler;
    private ITimer? _resetGrace;
    private int _signals;

    public MemoryConnection(MemoryLink incoming, MemoryLink outgoing, MemoryTransportOptions options, EndPoint local, EndPoint remote)
        : base(options)
    {
        _incoming = incoming;
        _outgoing = outgoing;
        _scheduler = options.Scheduler;
        incoming.Reader = this;
        outgoing.Writer = this;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
    }

    /// <summary>Tells this end something, from any thread, without running its handler on the caller's stack.</summary>
    public void Notify(MemorySignals signals)
    {
        if (Interlocked.Or(ref _signals, (int)signals) != 0)
        {
            return;
        }

        if (_scheduler == PipeScheduler.ThreadPool)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            _scheduler.Schedule(static state => ((IThreadPoolWorkItem)state!).Execute(), this);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        MemorySignals signals = (MemorySignals)Interlocked.Exchange(ref _signals, 0);
        if ((signals & MemorySignals.Reset) != 0)
        {
            HangupSeen = true;
            LookAfterReset(isLate: false);
        }

        if ((signals & MemorySignals.Ended) != 0)
        {
            HangupSeen = true;
            if (_incoming.IsDrained)
            {
                NotePeerEnded();
            }
        }

        if ((signals & MemorySignals.Flush) != 0)
        {
            OnFlushScheduled();
        }

        if ((signals & MemorySignals.Writable) != 0)
        {
            OnWritable();
        }

        if ((signals & (MemorySignals.Readable | MemorySignals.Turn)) != 0)
        {
            OnReadable();
        }
    }

    internal override TransportOutcome TryReceive(Span<byte> buffer, out int count) => _incoming.TryReceive(buffer, out count);

    internal override TransportOutcome TrySend(ReadOnlySpan<byte> bytes, out int count) => _outgoing.TrySend(bytes, out count);

    internal override void WantReadable()
    {
        if (_incoming.WaitToReceive())
        {
            Notify(MemorySignals.Readable);
        }
    }

    internal override void WantWritable(ReadOnlyMemory<byte> front)
    {
        // The link has noted the failed send and tells when half of it is free.
    }

    internal override void ScheduleReadable() => Notify(MemorySignals.Turn);

    internal override void ScheduleFlush() => Notify(MemorySignals.Flush);

    internal override void ShutdownOutput() => _outgoing.End();

    private protected override void CloseTransport(bool reset)
    {
        if (!reset)
        {
            _resetGrace?.Dispose();
            _incoming.CloseReader();
            return;
        }

        _resetGrace?.Dispose();
        _incoming.Discard();
        _outgoing.Reset();
        _outgoing.Reader!.Notify(MemorySignals.Reset);
    }

    /// <summary>Tells a handler of a reset. What came before it is the handler's, if it comes for it soon.</summary>
    private void LookAfterReset(bool isLate)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return;
            }

            if (isLate || (_incoming.HasOnlyReset && !ReaderWaits))
            {
                OnTransportFailed(new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote));
                return;
            }

            _resetGrace ??= Options.TimeProvider.CreateTimer(
                static state => ((MemoryConnection)state!).LookAfterReset(isLate: true), this, ResetGrace, Timeout.InfiniteTimeSpan);
            Notify(MemorySignals.Readable | MemorySignals.Writable);
        }
    }

    public override void Post(Action<object?> action, object? state) => _scheduler.Schedule(action, state);
}
