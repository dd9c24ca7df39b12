using System.Buffers;

namespace Ropewalk.Framing;

/// <summary>Writes frames of one size.</summary>
public sealed class FixedSizeEncoder : IFrameEncoder<ReadOnlySequence<byte>>
{
    private readonly int _bytes;

    /// <summary>Creates an encoder.</summary>
    /// <param name="bytes">The size of each frame.</param>
    public FixedSizeEncoder(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        _bytes = bytes;
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySequence<byte> frame, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (frame.Length != _bytes)
        {
            throw new ArgumentException($"The frame has {frame.Length} bytes instead of {_bytes}.", nameof(frame));
        }

        FrameBytes.Write(frame, output);
    }
}
