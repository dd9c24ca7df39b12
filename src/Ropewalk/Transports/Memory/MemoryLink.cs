namespace Ropewalk.Transports.Memory;

/// <summary>One direction of a memory connection: a bounded queue of bytes, as a socket's two buffers are.</summary>
internal sealed class MemoryLink(int capacity)
{
    private readonly Lock _gate = new();
    private Block? _head;
    private Block? _tail;
    private int _length;
    private bool _ended;
    private bool _reset;
    private bool _readerGone;
    private bool _readerWaits;
    private bool _writerWaits;

    public MemoryConnection? Reader { get; set; }

    public MemoryConnection? Writer { get; set; }

    /// <summary>Gets whether everything that was sent has been received.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return _length == 0;
            }
        }
    }

    /// <summary>Gets whether neither bytes nor the end came before a reset.</summary>
    public bool HasOnlyReset
    {
        get
        {
            lock (_gate)
            {
                return _length == 0 && !_ended;
            }
        }
    }

    public TransportOutcome TryReceive(Span<byte> target, out int count)
    {
        bool wake;
        lock (_gate)
        {
            count = 0;
            if (_length == 0)
            {
                // an end that came before a reset stays the end, as on Linux (SOCK_DONE)
                return _ended ? TransportOutcome.Moved : _reset ? TransportOutcome.Reset : TransportOutcome.WouldBlock;
            }

            count = Take(target);
            wake = _writerWaits && _length <= capacity / 2;
            _writerWaits &= !wake;
        }

        if (wake)
        {
            Writer!.Notify(MemorySignals.Writable);
        }

        return TransportOutcome.Moved;
    }

    public TransportOutcome TrySend(ReadOnlySpan<byte> bytes, out int count)
    {
        bool wake;
        lock (_gate)
        {
            count = 0;
            if (_reset || _readerGone)
            {
                return TransportOutcome.Reset;
            }

            count = Math.Min(bytes.Length, capacity - _length);
            if (count == 0)
            {
                _writerWaits = true;
                return TransportOutcome.WouldBlock;
            }

            Put(bytes[..count]);
            wake = _readerWaits;
            _readerWaits = false;
        }

        if (wake)
        {
            Reader!.Notify(MemorySignals.Readable);
        }

        return TransportOutcome.Moved;
    }

    /// <summary>Notes that the reader waits; tells at once whether there is something already.</summary>
    public bool WaitToReceive()
    {
        lock (_gate)
        {
            _readerWaits = true;
            return _length > 0 || _ended || _reset;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
        }

        Reader!.Notify(MemorySignals.Readable | MemorySignals.Ended);
    }

    /// <summary>Notes that the reader left in good order: what is unread is lost, and who sends on is told so, as TCP does.</summary>
    public void CloseReader()
    {
        lock (_gate)
        {
            _readerGone = true;
            Drop();
        }

        Writer!.Notify(MemorySignals.Writable);
    }

    /// <summary>Breaks the link for both ends. What is in it can still be received, and then comes the reset.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _reset = true;
        }
    }

    /// <summary>Notes that the reader left by a reset: what is unread is lost.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _reset = true;
            Drop();
        }
    }

    private void Drop()
    {
        while (_head is not null)
        {
            Pop();
        }

        _length = 0;
    }

    private int Take(Span<byte> target)
    {
        int taken = 0;
        while (taken < target.Length && _head is not null)
        {
            ReadOnlySpan<byte> bytes = _head.Array.AsSpan(_head.Start, _head.End - _head.Start);
            int count = Math.Min(bytes.Length, target.Length - taken);
            bytes[..count].CopyTo(target[taken..]);
            taken += count;
            _head.Start += count;
            if (_head.Start == _head.End)
            {
                Pop();
            }
        }

        _length -= taken;
        return taken;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _length += bytes.Length;
        while (bytes.Length > 0)
        {
            if (_tail is null || _tail.Free == 0)
            {
                Block block = BlockPool.Rent(large: false);
                _tail?.Link(block);
                _head ??= block;
                _tail = block;
            }

            int count = Math.Min(bytes.Length, _tail.Free);
            bytes[..count].CopyTo(_tail.Array.AsSpan(_tail.End));
            _tail.Extend(count);
            bytes = bytes[count..];
        }
    }

    private void Pop()
    {
        Block done = _head!;
        _head = done.NextBlock;
        if (_head is null)
        {
            _tail = null;
        }

        BlockPool.Return(done);
    }
}
