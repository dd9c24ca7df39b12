using System.Buffers;

namespace Ropewalk.Framing;

/// <summary>Writes frames behind their length.</summary>
public sealed class LengthPrefixedEncoder : IFrameEncoder<ReadOnlySequence<byte>>
{
    private readonly LengthPrefix _prefix;
    private readonly long _maxBytes;

    /// <summary>Creates an encoder.</summary>
    /// <param name="prefix">What the length looks like.</param>
    /// <param name="maxBytes">The longest frame, without its prefix; what the prefix can hold bounds it too.</param>
    public LengthPrefixedEncoder(LengthPrefix prefix, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _prefix = prefix.Checked();
        _maxBytes = Math.Min(maxBytes, prefix.Largest - (prefix.CountsItself ? prefix.WidthBytes : 0));
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySequence<byte> frame, IBufferWriter<byte> output)
    {
        EncodePrefix(frame.Length, output);
        FrameBytes.Write(frame, output);
    }

    /// <summary>Appends one frame.</summary>
    /// <exception cref="ArgumentException">It is too long.</exception>
    public void Encode(ReadOnlySpan<byte> frame, IBufferWriter<byte> output)
    {
        EncodePrefix(frame.Length, output);
        output.Write(frame);
    }

    private void EncodePrefix(long length, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        FrameBytes.CheckLength(length, _maxBytes);
        long value = length + (_prefix.CountsItself ? _prefix.WidthBytes : 0);
        Span<byte> span = output.GetSpan(_prefix.WidthBytes);
        for (int i = 0; i < _prefix.WidthBytes; i++)
        {
            int shift = 8 * (_prefix.LittleEndian ? i : _prefix.WidthBytes - 1 - i);
            span[i] = (byte)(value >> shift);
        }

        output.Advance(_prefix.WidthBytes);
    }
}
