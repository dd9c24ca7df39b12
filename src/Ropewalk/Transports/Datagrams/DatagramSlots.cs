using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Holds a worker's memory: as many received and as many outgoing datagrams as a batch has, made once, outside the collected heap, so that
/// the system reads and writes it in place and no datagram costs an allocation or a pin.
/// </summary>
internal sealed unsafe class DatagramSlots
{
    private void* _block;

    public DatagramSlots(DatagramPortOptions options)
    {
        Capacity = options.BatchSize;
        ReceiveBytes = options.MaxDatagramBytes;
        ReplyBytes = options.MaxReplyBytes ?? options.MaxDatagramBytes;
        nuint receiveStride = Stride(ReceiveBytes + 1);  // one more, by which a port without flags notices a cut
        nuint replyStride = Stride(ReplyBytes);
        nuint rows = (nuint)(Capacity * (sizeof(ReceivedDatagram) + sizeof(OutgoingDatagram)));
        nuint start = (rows + 63) & ~(nuint)63;
        nuint total = start + ((nuint)Capacity * (receiveStride + replyStride));
        _block = NativeMemory.AlignedAlloc(total, 64);
        NativeMemory.Clear(_block, start);
        Received = (ReceivedDatagram*)_block;
        Outgoing = (OutgoingDatagram*)(Received + Capacity);
        byte* payload = (byte*)_block + start;
        for (int i = 0; i < Capacity; i++, payload += receiveStride)
        {
            Received[i].Payload = payload;
        }

        for (int i = 0; i < Capacity; i++, payload += replyStride)
        {
            Outgoing[i].Slot = payload;
        }
    }

    /// <summary>The datagrams in a batch, at most; and the replies between two flushes.</summary>
    public int Capacity { get; }

    /// <summary>The longest payload that is received whole.</summary>
    public int ReceiveBytes { get; }

    /// <summary>The longest reply.</summary>
    public int ReplyBytes { get; }

    /// <summary>The received datagrams; the first <see cref="Count"/> are the batch.</summary>
    public ReceivedDatagram* Received { get; }

    /// <summary>The outgoing datagrams; the first <see cref="OutgoingCount"/> wait for the flush.</summary>
    public OutgoingDatagram* Outgoing { get; }

    public int Count;
    public int OutgoingCount;
    public bool IsRefused;

    /// <summary>The index that the last <see cref="DatagramBatch.GetReply"/> was for, or -1.</summary>
    public int OpenReply = -1;

    /// <summary>Frees the memory of a port that nobody disposed and nobody can reach.</summary>
    ~DatagramSlots() => Free();

    /// <summary>Frees the memory. Nobody is inside a batch any more.</summary>
    public void Free()
    {
        NativeMemory.AlignedFree(_block);  // of null: nothing
        _block = null;
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref ReceivedDatagram At(int index)
    {
        if ((uint)index >= (uint)Count)
        {
            ThrowIndex();
        }

        return ref Received[index];
    }

    // An odd number of cache lines: slots that lie a power of two apart would all fall into the same few sets of the first cache.
    private static nuint Stride(int bytes) => (nuint)((((bytes + 63) / 64) | 1) * 64);

    private static void ThrowIndex() => throw new ArgumentOutOfRangeException("index", "The batch has no datagram of that index.");
}
