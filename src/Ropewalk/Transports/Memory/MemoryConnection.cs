using System.IO.Pipelines;
using System.Net;

namespace Ropewalk.Transports.Memory;

/// <summary>One end of a connection in memory.</summary>
internal sealed class MemoryConnection : StreamConnection, IThreadPoolWorkItem
{
    private readonly MemoryLink _incoming;
    private readonly MemoryLink _outgoing;
    private readonly PipeScheduler _scheduler;
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
            ResetGrace.Look(this);
            Notify(MemorySignals.Writable);
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

    internal override bool HasOnlyReset => _incoming.HasOnlyReset;

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
            _incoming.CloseReader();
            return;
        }

        _incoming.Discard();
        _outgoing.Reset();
        _outgoing.Reader!.Notify(MemorySignals.Reset);
    }

    public override void Post(Action<object?> action, object? state) => _scheduler.Schedule(action, state);
}
