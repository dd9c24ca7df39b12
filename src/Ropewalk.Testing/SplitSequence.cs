using System.Buffers;

namespace Ropewalk.Testing;

/// <summary>Makes sequences of many segments out of one array, as a transport would have received them.</summary>
public static class SplitSequence
{
    /// <summary>Cuts <paramref name="bytes"/> into segments of <paramref name="segmentBytes"/> bytes; the last one may be shorter.</summary>
    public static ReadOnlySequence<byte> Every(ReadOnlyMemory<byte> bytes, int segmentBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(segmentBytes, 1);
        if (bytes.Length <= segmentBytes)
        {
            return new ReadOnlySequence<byte>(bytes);
        }

        var first = new Segment(bytes[..segmentBytes], 0);
        Segment last = first;
        for (int at = segmentBytes; at < bytes.Length; at += segmentBytes)
        {
            last = last.Append(bytes.Slice(at, Math.Min(segmentBytes, bytes.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>Cuts <paramref name="bytes"/> at seeded places into segments of 0 to 16 bytes; empty ones occur.</summary>
    public static ReadOnlySequence<byte> Randomly(ReadOnlyMemory<byte> bytes, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var first = new Segment(ReadOnlyMemory<byte>.Empty, 0);
        Segment last = first;
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(random.Next(17), bytes.Length - at);
            last = last.Append(bytes.Slice(at, length));
            at += length;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
