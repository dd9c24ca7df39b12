using System.Buffers;
using Ropewalk.Framing;

namespace Finger.Wire;

/// <summary>Decodes the query's line.</summary>
public sealed class FingerQueryDecoder : IFrameDecoder<FingerQuery?>
{
    // RFC 1288 §2.2 demands CRLF; clients of old send LF, and every server takes it.
    private readonly LineDecoder _lines;
    private readonly int _maxBytes;

    /// <summary>Creates a decoder.</summary>
    /// <param name="maxBytes">The longest query, without its break.</param>
    public FingerQueryDecoder(int maxBytes)
    {
        _lines = Frames.Lines(maxBytes, LineBreaks.Lenient);
        _maxBytes = maxBytes;
    }

    /// <summary>Gets which rule was broken.</summary>
    public FingerViolation Broken { get; private set; }

    /// <inheritdoc/>
    public FrameViolation Violation => new(Broken.ToString(), CanContinue: true);

    /// <inheritdoc/>
    public DecodeStatus Decode(ref SequenceReader<byte> input, out FingerQuery? frame)
    {
        frame = null;
        DecodeStatus status = _lines.Decode(ref input, out ReadOnlySequence<byte> line);
        if (status == DecodeStatus.Violation)
        {
            Broken = FingerViolation.TooLong;
        }

        if (status != DecodeStatus.Frame)
        {
            return status;
        }

        Span<byte> bytes = line.Length <= 1024 ? stackalloc byte[(int)line.Length] : new byte[_maxBytes];
        bytes = bytes[..(int)line.Length];
        line.CopyTo(bytes);
        bool parsed = FingerQuery.TryParse(bytes, out frame, out FingerViolation violation);
        Broken = violation;
        return parsed ? DecodeStatus.Frame : DecodeStatus.Violation;
    }
}
