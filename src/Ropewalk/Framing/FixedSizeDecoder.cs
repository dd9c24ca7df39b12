using System.Buffers;

namespace Ropewalk.Framing;

/// <summary>Cuts frames of one size.</summary>
public sealed class FixedSizeDecoder : IFrameDecoder<ReadOnlySequence<byte>>
{
    private readonly int _bytes;

    /// <summary>Creates a decoder.</summary>
    /// <param name="bytes">The size of each frame, which is its maximum too.</param>
    public FixedSizeDecoder(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        _bytes = bytes;
    }

    /// <inheritdoc/>
    /// <remarks>Nobody can break this framing.</remarks>
    public FrameViolation Violation => default;

    /// <inheritdoc/>
    public DecodeStatus Decode(ref SequenceReader<byte> input, out ReadOnlySequence<byte> frame)
    {
        if (input.Remaining < _bytes)
        {
            frame = default;
            return DecodeStatus.NeedMore;
        }

        frame = FrameBytes.Take(ref input, _bytes);
        return DecodeStatus.Frame;
    }
}
