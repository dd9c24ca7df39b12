using Microsoft.Extensions.Logging;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Gives one batch after another to the handler and sees to it that the replies leave: what sockets, memory and simulations have in common.
/// One thread at a time delivers; <see cref="TrySend"/> comes from anywhere.
/// </summary>
internal abstract class DatagramWorker
{
    private readonly DatagramHandlerSwitch _handlers;
    private readonly DatagramLog _log;
    private TaskCompletionSource? _outside;
    private bool _insideHandler;
    private long _lateSent;
    private long _lateSentBytes;
    private long _lateDropped;

    protected DatagramWorker(IDatagramPort port, int index, DatagramPortOptions options, DatagramHandlerSwitch handlers, DatagramLog log)
    {
        Port = port;
        Index = index;
        Slots = new DatagramSlots(options);
        _handlers = handlers;
        _log = log;
    }

    public IDatagramPort Port { get; }

    public int Index { get; }

    public DatagramSlots Slots { get; }

    // written by the delivering thread only; a reader elsewhere sees some recent value
    protected long Received { get; private set; }

    protected long ReceivedBytes { get; private set; }

    protected long Batches { get; private set; }

    protected long HandlerFailures { get; private set; }

    protected long Truncated;
    protected long Sent;
    protected long SentBytes;
    protected long Dropped;
    protected long ReceiveErrors;

    protected DatagramLog Log => _log;

    /// <summary>Sends what the batch has queued, and forgets it. What the system refuses is dropped and counted.</summary>
    public void Flush()
    {
        int count = Slots.OutgoingCount;
        Slots.OutgoingCount = 0;
        Slots.OpenReply = -1;
        SendReplies(count);
    }

    /// <summary>Sends one datagram from any thread.</summary>
    public bool TrySend(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload)
    {
        if (payload.Length <= DatagramPortOptions.MaxPayloadBytes && SendNow(to, from, payload))
        {
            Interlocked.Increment(ref _lateSent);
            Interlocked.Add(ref _lateSentBytes, payload.Length);
            return true;
        }

        Interlocked.Increment(ref _lateDropped);
        return false;
    }

    /// <summary>Reads this worker's counts.</summary>
    public DatagramCounters ReadCounters() => new()
    {
        Received = Received,
        ReceivedBytes = ReceivedBytes,
        Sent = Volatile.Read(ref Sent) + Volatile.Read(ref _lateSent),
        SentBytes = Volatile.Read(ref SentBytes) + Volatile.Read(ref _lateSentBytes),
        Dropped = Volatile.Read(ref Dropped) + Volatile.Read(ref _lateDropped),
        Truncated = Volatile.Read(ref Truncated),
        Batches = Batches,
        HandlerFailures = HandlerFailures,
        ReceiveErrors = Volatile.Read(ref ReceiveErrors),
    };

    /// <summary>Completes when this worker is seen outside the handler. The caller has made every processor pass a fence.</summary>
    public Task WhenOutsideHandler()
    {
        if (!Volatile.Read(ref _insideHandler))
        {
            return Task.CompletedTask;
        }

        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource outside = Interlocked.CompareExchange(ref _outside, mine, null) ?? mine;

        // either the worker, on leaving, sees what was just written, or it has left by now
        Interlocked.MemoryBarrierProcessWide();
        if (!Volatile.Read(ref _insideHandler))
        {
            outside.TrySetResult();
        }

        return outside.Task;
    }

    protected abstract bool SendNow(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload);

    /// <summary>Sends one queued datagram, from the delivering thread.</summary>
    protected virtual bool SendReply(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload) => SendNow(to, from, payload);

    /// <summary>Sends the first <paramref name="count"/> queued datagrams.</summary>
    protected virtual unsafe void SendReplies(int count)
    {
        for (int i = 0; i < count; i++)
        {
            ref OutgoingDatagram outgoing = ref Slots.Outgoing[i];
            if (SendReply(outgoing.To, outgoing.From, new ReadOnlySpan<byte>(outgoing.Payload, outgoing.Length)))
            {
                Sent++;
                SentBytes += outgoing.Length;
            }
            else
            {
                Dropped++;
            }
        }
    }

    /// <summary>Tells the handler that nobody listens at the one peer.</summary>
    protected void DeliverRefusal()
    {
        Slots.IsRefused = true;
        Deliver(0, 0);
        Slots.IsRefused = false;
    }

    /// <summary>Gives the first <paramref name="count"/> received slots to the handler and flushes the replies.</summary>
    protected void Deliver(int count, long bytes)
    {
        DatagramSlots slots = Slots;
        slots.Count = count;
        slots.OutgoingCount = 0;
        slots.OpenReply = -1;
        Received += count;
        ReceivedBytes += bytes;
        Batches++;
        Volatile.Write(ref _insideHandler, true);
        try
        {
            var batch = new DatagramBatch(this);
            _handlers.Handler(ref batch);
        }
        catch (Exception error)
        {
            // the batch's end is owned here: what was queued still leaves, the port goes on
            HandlerFailures++;
            _log.HandlerFailed(Port.LocalEndPoint, error);
        }

        Volatile.Write(ref _insideHandler, false);
        if (Volatile.Read(ref _outside) is not null)
        {
            Interlocked.Exchange(ref _outside, null)?.TrySetResult();
        }

        if (slots.OutgoingCount > 0)
        {
            Flush();
        }

        slots.Count = 0;
    }
}
