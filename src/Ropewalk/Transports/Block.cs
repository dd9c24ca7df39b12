using System.Buffers;

namespace Ropewalk.Transports;

/// <summary>A pooled piece of memory: a link of a received sequence, or bytes on their way out.</summary>
internal sealed class Block : ReadOnlySequenceSegment<byte>
{
    /// <summary>4 KiB: one page, the size at which most lines, requests and answers fit (Kestrel's block size).</summary>
    public const int SmallBytes = 4096;

    /// <summary>64 KiB: one system call moves a loopback segment train; below it a bulk relay pays per call, above it the caches pay.</summary>
    public const int LargeBytes = 65536;

    public Block(int size) => Array = GC.AllocateUninitializedArray<byte>(size);

    public byte[] Array { get; }

    /// <summary>Gets where unread or unsent bytes begin.</summary>
    public int Start { get; set; }

    /// <summary>Gets where written bytes end.</summary>
    public int End { get; private set; }

    public int Free => Array.Length - End;

    public Block? NextBlock => (Block?)Next;

    public void Extend(int count)
    {
        End += count;
        Memory = new ReadOnlyMemory<byte>(Array, 0, End);
    }

    public void Link(Block next)
    {
        next.RunningIndex = RunningIndex + End;
        Next = next;
    }

    public void Unlink() => Next = null;

    public void Reset()
    {
        Start = 0;
        End = 0;
        Next = null;
        RunningIndex = 0;
        Memory = default;
    }
}
