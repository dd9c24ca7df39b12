using System.Buffers;

namespace Ropewalk.Framing;

/// <summary>Writes lines that end with CRLF.</summary>
public sealed class LineEncoder : IFrameEncoder<ReadOnlySequence<byte>>
{
    private readonly int _maxBytes;

    /// <summary>Creates an encoder.</summary>
    /// <param name="maxBytes">The longest line, without its break.</param>
    public LineEncoder(int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _maxBytes = maxBytes;
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySequence<byte> frame, IBufferWriter<byte> output)
    {
        FrameBytes.CheckLength(frame.Length, _maxBytes);
        foreach (ReadOnlyMemory<byte> piece in frame)
        {
            CheckBreaks(piece.Span);
        }

        FrameBytes.Write(frame, output);
        output.Write("\r\n"u8);
    }

    /// <summary>Appends one line.</summary>
    /// <exception cref="ArgumentException">It holds a CR or an LF, which would make two lines of it, or it is too long.</exception>
    public void Encode(ReadOnlySpan<byte> frame, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        FrameBytes.CheckLength(frame.Length, _maxBytes);
        CheckBreaks(frame);
        Span<byte> span = output.GetSpan(frame.Length + 2);
        frame.CopyTo(span);
        span[frame.Length] = (byte)'\r';
        span[frame.Length + 1] = (byte)'\n';
        output.Advance(frame.Length + 2);
    }

    private static void CheckBreaks(ReadOnlySpan<byte> bytes)
    {
        if (bytes.ContainsAny((byte)'\r', (byte)'\n'))
        {
            throw new ArgumentException("A line must not hold CR or LF.", "frame");
        }
    }
}
