using System.Buffers;

namespace Ropewalk.Framing;

/// <summary>Holds what the encoders share.</summary>
internal static class FrameBytes
{
    public static void CheckLength(long length, long maxBytes)
    {
        if (length > maxBytes)
        {
            throw new ArgumentException($"The frame has {length} bytes; the most is {maxBytes}.", "frame");
        }
    }

    public static void Write(in ReadOnlySequence<byte> frame, IBufferWriter<byte> output)
    {
        if (frame.IsSingleSegment)
        {
            output.Write(frame.FirstSpan);
            return;
        }

        foreach (ReadOnlyMemory<byte> piece in frame)
        {
            output.Write(piece.Span);
        }
    }

    /// <summary>Skips up to <paramref name="count"/> bytes and takes them off it.</summary>
    /// <returns>True when nothing is left to skip.</returns>
    public static bool Skip(ref SequenceReader<byte> input, ref long count)
    {
        if (count > 0)
        {
            long now = Math.Min(count, input.Remaining);
            input.Advance(now);
            count -= now;
        }

        return count == 0;
    }

    public static ReadOnlySequence<byte> Take(ref SequenceReader<byte> input, long count)
    {
        ReadOnlySequence<byte> taken = input.Sequence.Slice(input.Position, count);
        input.Advance(count);
        return taken;
    }
}
