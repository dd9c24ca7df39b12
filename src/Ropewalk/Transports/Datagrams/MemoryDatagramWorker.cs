using System.Buffers;
using System.Net;

namespace Ropewalk.Transports.Datagrams;

/// <summary>Queues what is sent to a port in memory, and delivers it batch by batch, one turn of the scheduler each.</summary>
internal sealed class MemoryDatagramWorker : DatagramWorker, IThreadPoolWorkItem
{
    private const int ChargePerDatagram = 256;  // what Linux charges a queue for the least of datagrams

    private static readonly SendOrPostCallback Turn = static worker => ((MemoryDatagramWorker)worker!).Execute();
    private static readonly Action<object?> Scheduled = static worker => ((MemoryDatagramWorker)worker!).Execute();

    private readonly MemoryDatagramTransport _network;
    private readonly PeerAddress _local;
    private readonly SynchronizationContext? _context = SynchronizationContext.Current;
    private readonly Lock _gate = new();
    private readonly Queue<Queued> _queue = new();
    private readonly Completion _drained = new();
    private readonly int _limitBytes;
    private long _queuedBytes;
    private long _overflowed;
    private bool _scheduled;
    private bool _stopping;
    private bool _closed;

    public MemoryDatagramWorker(
        IDatagramPort port,
        MemoryDatagramTransport network,
        in PeerAddress local,
        DatagramPortOptions options,
        DatagramHandlerSwitch handlers,
        DatagramLog log)
        : base(port, 0, options, handlers, log)
    {
        _network = network;
        _local = local;
        _limitBytes = options.ReceiveBufferBytes;
    }

    public long Overflowed => Volatile.Read(ref _overflowed);

    public void Enqueue(in PeerAddress from, in PeerAddress to, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            int charge = payload.Length + ChargePerDatagram;
            if (_stopping || _queuedBytes + charge > _limitBytes)
            {
                _overflowed += _stopping ? 0 : 1;
                return;
            }

            byte[] copy = ArrayPool<byte>.Shared.Rent(payload.Length);
            payload.CopyTo(copy);
            _queuedBytes += charge;
            _queue.Enqueue(new Queued(copy, payload.Length, from, to));
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        Schedule();
    }

    /// <summary>One turn: one batch.</summary>
    public void Execute()
    {
        int count = TakeBatch(out long bytes);
        if (count > 0)
        {
            Deliver(count, bytes);
        }

        lock (_gate)
        {
            if (_queue.Count == 0)
            {
                _scheduled = false;
                if (_stopping)
                {
                    EndLocked();
                }

                return;
            }
        }

        Schedule();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _stopping = true;
            if (cancellationToken.IsCancellationRequested)
            {
                DiscardLocked();
            }

            if (!_scheduled)
            {
                EndLocked();
            }
        }

        try
        {
            await _drained.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            lock (_gate)
            {
                DiscardLocked();
            }
        }
    }

    /// <summary>Ends sending.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    protected override bool SendNow(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload)
    {
        bool reachable = to.IsIPv4 || (to.IsIPv6 && _local.IsIPv6);
        if (!reachable || Volatile.Read(ref _closed))
        {
            return false;
        }

        // what becomes of it the sender does not learn
        PeerAddress source = from.CanBeSource ? from : _local.CanBeSource ? _local : Loopback(to).WithPort(_local.Port);
        _network.Carry(source, to, payload);
        return true;
    }

    private static PeerAddress Loopback(in PeerAddress to) => new(to.IsIPv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0);

    private unsafe int TakeBatch(out long bytes)
    {
        bytes = 0;
        int count = 0;
        lock (_gate)
        {
            while (count < Slots.Capacity && _queue.TryDequeue(out Queued queued))
            {
                ref ReceivedDatagram slot = ref Slots.Received[count++];
                slot.Peer = queued.From;
                slot.Local = queued.To;
                slot.IsTruncated = queued.Length > Slots.ReceiveBytes;
                slot.Length = Math.Min(queued.Length, Slots.ReceiveBytes);
                queued.Bytes.AsSpan(0, slot.Length).CopyTo(new Span<byte>(slot.Payload, slot.Length));
                bytes += slot.Length;
                Truncated += slot.IsTruncated ? 1 : 0;
                Discard(queued);
            }
        }

        return count;
    }

    private void Schedule()
    {
        if (_network.Scheduler is { } scheduler)
        {
            scheduler.Schedule(Scheduled, this);
        }
        else if (_context is not null)
        {
            _context.Post(Turn, this);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void DiscardLocked()
    {
        while (_queue.TryDequeue(out Queued queued))
        {
            Discard(queued);
        }
    }

    private void Discard(in Queued queued)
    {
        _queuedBytes -= queued.Length + ChargePerDatagram;
        ArrayPool<byte>.Shared.Return(queued.Bytes);
    }

    // nothing is scheduled, and nothing will be: nobody is in the slots
    private void EndLocked()
    {
        if (_drained.TrySet())
        {
            Slots.Free();
        }
    }

    private readonly record struct Queued(byte[] Bytes, int Length, PeerAddress From, PeerAddress To);
}
