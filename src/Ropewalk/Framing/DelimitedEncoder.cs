using System.Buffers;

namespace Ropewalk.Framing;

/// <summary>Writes frames that end with a fixed delimiter.</summary>
public sealed class DelimitedEncoder : IFrameEncoder<ReadOnlySequence<byte>>
{
    private readonly byte[] _delimiter;
    private readonly int _maxBytes;

    /// <summary>Creates an encoder.</summary>
    /// <param name="delimiter">What ends a frame: 1 to 64 bytes.</param>
    /// <param name="maxBytes">The longest frame, without its delimiter.</param>
    public DelimitedEncoder(ReadOnlySpan<byte> delimiter, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfZero(delimiter.Length, nameof(delimiter));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delimiter.Length, 64, nameof(delimiter));
        _delimiter = delimiter.ToArray();
        _maxBytes = maxBytes;
    }

    /// <inheritdoc/>
    /// <remarks>A frame whose last bytes and the delimiter's first ones make a delimiter too early is refused as well.</remarks>
    public void Encode(ReadOnlySequence<byte> frame, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        FrameBytes.CheckLength(frame.Length, _maxBytes);
        CheckDelimiter(frame);
        FrameBytes.Write(frame, output);
        output.Write(_delimiter);
    }

    private void CheckDelimiter(in ReadOnlySequence<byte> frame)
    {
        var reader = new SequenceReader<byte>(frame);
        if (reader.TryReadTo(out ReadOnlySequence<byte> _, _delimiter))
        {
            throw new ArgumentException("The frame holds the delimiter.", nameof(frame));
        }

        int tail = (int)Math.Min(frame.Length, _delimiter.Length - 1);
        Span<byte> seam = stackalloc byte[2 * 64];
        frame.Slice(frame.Length - tail).CopyTo(seam);
        _delimiter.CopyTo(seam[tail..]);
        if (seam[..(tail + _delimiter.Length)].IndexOf(_delimiter) != tail)
        {
            throw new ArgumentException("The frame's end and the delimiter make a delimiter too early.", nameof(frame));
        }
    }
}
