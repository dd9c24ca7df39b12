using System.Runtime.CompilerServices;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Shows the datagrams that one wake-up of a worker brought, and takes their replies. Replies are written into the worker's own slots and
/// leave together, in one system call, when the handler returns.
/// </summary>
/// <remarks>
/// Any number of replies, none included, may be given for a datagram, in any order. When there are more replies than slots, those so far
/// are sent at once and the slots are used again. Nothing here allocates.
/// <b>Lifetime</b>: until the handler returns, every span too.
/// </remarks>
public readonly unsafe ref struct DatagramBatch
{
    private readonly DatagramWorker _worker;
    private readonly DatagramSlots _slots;

    internal DatagramBatch(DatagramWorker worker)
    {
        _worker = worker;
        _slots = worker.Slots;
    }

    /// <summary>Gets the number of datagrams, without those removed: 1 to <see cref="DatagramPortOptions.BatchSize"/>; 0 if <see cref="IsRefused"/>.</summary>
    public int Count => _slots.Count;

    /// <summary>Gets whether there are no datagrams, but the word that nobody listens at <see cref="DatagramPortOptions.Peer"/>. It can be forged by who guesses both ports.</summary>
    public bool IsRefused => _slots.IsRefused;

    /// <summary>Gets the port that they arrived at.</summary>
    public IDatagramPort Port => _worker.Port;

    /// <summary>Gets the number of the worker that calls, from 0: the index of a handler's state that no other worker touches.</summary>
    public int Worker => _worker.Index;

    /// <summary>Gets the longest reply in bytes.</summary>
    public int MaxReplyBytes => _slots.ReplyBytes;

    /// <summary>Gets a datagram.</summary>
    public Datagram this[int index] => new(in _slots.At(index));

    /// <summary>Removes a datagram, so that who is called next does not see it; the last one takes its place. Only before the first reply.</summary>
    public void Remove(int index)
    {
        ref ReceivedDatagram gone = ref _slots.At(index);
        if (_slots.OutgoingCount > 0 || _slots.OpenReply >= 0)
        {
            throw new InvalidOperationException("Datagrams are removed before the first reply: it may stand in a buffer that would be written over.");
        }

        ref ReceivedDatagram last = ref _slots.At(_slots.Count - 1);
        _slots.Count--;
        if (index == _slots.Count)
        {
            return;
        }

        // The buffers stay where they are: the system writes into them by their places.
        gone.Peer = last.Peer;
        gone.Local = last.Local;
        gone.Length = last.Length;
        gone.IsTruncated = last.IsTruncated;
        new ReadOnlySpan<byte>(last.Payload, last.Length).CopyTo(new Span<byte>(gone.Payload, _slots.ReceiveBytes));
    }

    /// <summary>
    /// Gets a slot to write the reply to datagram <paramref name="index"/> into; <see cref="Reply(int, int)"/> sends it.
    /// </summary>
    /// <param name="index">Whom to answer.</param>
    /// <param name="sizeBytes">The room that is needed, at most <see cref="MaxReplyBytes"/>.</param>
    /// <returns>A span of exactly <paramref name="sizeBytes"/>, with old bytes in it. <b>Lifetime</b>: until the next call that gets or sends a reply.</returns>
    public Span<byte> GetReply(int index, int sizeBytes)
    {
        _ = ref _slots.At(index);
        if ((uint)sizeBytes > (uint)_slots.ReplyBytes)
        {
            ThrowTooLong();
        }

        byte* slot = NextOutgoing().Slot;
        _slots.OpenReply = index;
        return new Span<byte>(slot, sizeBytes);
    }

    /// <summary>Queues the first <paramref name="lengthBytes"/> of the slot that <see cref="GetReply"/> gave for the same datagram.</summary>
    public void Reply(int index, int lengthBytes)
    {
        ref ReceivedDatagram to = ref _slots.At(index);
        if (_slots.OpenReply != index)
        {
            throw new InvalidOperationException("GetReply gives the slot first, for the same datagram.");
        }

        if ((uint)lengthBytes > (uint)_slots.ReplyBytes)
        {
            ThrowTooLong();
        }

        ref OutgoingDatagram reply = ref NextOutgoing();
        Queue(ref reply, to.Peer, to.Local, reply.Slot, lengthBytes);
    }

    /// <summary>Queues a copy of <paramref name="payload"/> as a reply to datagram <paramref name="index"/>.</summary>
    public void Reply(int index, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(GetReply(index, payload.Length));
        Reply(index, payload.Length);
    }

    /// <summary>
    /// Gets the whole buffer that datagram <paramref name="index"/> was received in, to turn the question into its answer where it stands.
    /// Its length is <see cref="DatagramPortOptions.MaxDatagramBytes"/>; behind the payload are old bytes.
    /// </summary>
    public Span<byte> GetBuffer(int index) => new(_slots.At(index).Payload, _slots.ReceiveBytes);

    /// <summary>
    /// Queues the first <paramref name="lengthBytes"/> of the datagram's own buffer as its reply, without a copy. Don't write to the buffer
    /// again: it is read when the batch is flushed.
    /// </summary>
    public void ReplyInPlace(int index, int lengthBytes)
    {
        ref ReceivedDatagram to = ref _slots.At(index);
        if ((uint)lengthBytes > (uint)_slots.ReceiveBytes)
        {
            ThrowTooLong();
        }

        Queue(ref NextOutgoing(), to.Peer, to.Local, to.Payload, lengthBytes);
    }

    /// <summary>Queues a copy of <paramref name="payload"/> for somebody else than the senders of this batch; it leaves with the replies.</summary>
    public void Send(in PeerAddress to, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > _slots.ReplyBytes)
        {
            ThrowTooLong();
        }

        ref OutgoingDatagram outgoing = ref NextOutgoing();
        payload.CopyTo(new Span<byte>(outgoing.Slot, _slots.ReplyBytes));
        Queue(ref outgoing, to, default, outgoing.Slot, payload.Length);
    }

    /// <summary>Gets what is needed to answer datagram <paramref name="index"/> after the handler has returned.</summary>
    public ReplyTo GetReplyTo(int index)
    {
        ref ReceivedDatagram from = ref _slots.At(index);
        return new ReplyTo(_worker, from.Peer, from.Local);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref OutgoingDatagram NextOutgoing()
    {
        if (_slots.OutgoingCount == _slots.Capacity)
        {
            _worker.Flush();
        }

        return ref _slots.Outgoing[_slots.OutgoingCount];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Queue(ref OutgoingDatagram outgoing, in PeerAddress to, in PeerAddress from, byte* payload, int lengthBytes)
    {
        outgoing.To = to;
        outgoing.From = from;
        outgoing.Payload = payload;
        outgoing.Length = lengthBytes;
        _slots.OutgoingCount++;
        _slots.OpenReply = -1;
    }

    private static void ThrowTooLong()
        => throw new ArgumentOutOfRangeException("lengthBytes", "A reply's length is between 0 and the size of its slot.");
}
