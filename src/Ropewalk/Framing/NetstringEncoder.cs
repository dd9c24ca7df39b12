using System.Buffers;
using System.Buffers.Text;

namespace Ropewalk.Framing;

/// <summary>Writes netstrings: <c>5:hello,</c>.</summary>
public sealed class NetstringEncoder : IFrameEncoder<ReadOnlySequence<byte>>
{
    private readonly int _maxBytes;

    /// <summary>Creates an encoder.</summary>
    /// <param name="maxBytes">The longest string.</param>
    public NetstringEncoder(int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _maxBytes = maxBytes;
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySequence<byte> frame, IBufferWriter<byte> output)
    {
        EncodeLength(frame.Length, output);
        FrameBytes.Write(frame, output);
        output.Write(","u8);
    }

    /// <summary>Appends one string.</summary>
    /// <exception cref="ArgumentException">It is too long.</exception>
    public void Encode(ReadOnlySpan<byte> frame, IBufferWriter<byte> output)
    {
        EncodeLength(frame.Length, output);
        output.Write(frame);
        output.Write(","u8);
    }

    private void EncodeLength(long length, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        FrameBytes.CheckLength(length, _maxBytes);
        Span<byte> span = output.GetSpan(12);
        Utf8Formatter.TryFormat(length, span, out int written);
        span[written] = (byte)':';
        output.Advance(written + 1);
    }
}
