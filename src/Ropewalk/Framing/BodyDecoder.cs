using System.Buffers;

namespace Ropewalk.Framing;

/// <summary>Cuts a body of a known length into chunks as it arrives, so that a body of any size needs no more memory than one chunk.</summary>
/// <remarks>One decoder serves all bodies of a connection: <see cref="Begin"/> starts the next. An empty body is one empty last chunk.</remarks>
public sealed class BodyDecoder : IFrameDecoder<BodyChunk>
{
    private readonly int _maxChunkBytes;
    private bool _active;

    /// <summary>Creates a decoder.</summary>
    /// <param name="maxChunkBytes">The largest chunk.</param>
    public BodyDecoder(int maxChunkBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxChunkBytes, 1);
        _maxChunkBytes = maxChunkBytes;
    }

    /// <summary>Gets how many bytes of the body are still to come.</summary>
    public long RemainingBytes { get; private set; }

    /// <inheritdoc/>
    /// <remarks>Nobody can break this framing.</remarks>
    public FrameViolation Violation => default;

    /// <summary>Begins a body.</summary>
    /// <param name="bodyBytes">Its length. The protocol's maximum is checked before: the peer has declared it.</param>
    public void Begin(long bodyBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bodyBytes);
        RemainingBytes = bodyBytes;
        _active = true;
    }

    /// <inheritdoc/>
    public DecodeStatus Decode(ref SequenceReader<byte> input, out BodyChunk frame)
    {
        long length = Math.Min(Math.Min(RemainingBytes, input.Remaining), _maxChunkBytes);
        if (!_active || (length == 0 && RemainingBytes > 0))
        {
            frame = default;
            return DecodeStatus.NeedMore;
        }

        RemainingBytes -= length;
        _active = RemainingBytes > 0;
        frame = new BodyChunk(FrameBytes.Take(ref input, length), !_active);
        return DecodeStatus.Frame;
    }
}
