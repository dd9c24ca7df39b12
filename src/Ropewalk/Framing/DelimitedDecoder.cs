using System.Buffers;
using System.Globalization;

namespace Ropewalk.Framing;

/// <summary>Cuts frames that end with a fixed delimiter. A frame that is too long is skipped and reported once; the stream goes on behind it.</summary>
/// <remarks>No byte is searched twice, but for the delimiter's own length.</remarks>
public sealed class DelimitedDecoder : IFrameDecoder<ReadOnlySequence<byte>>
{
    private readonly byte[] _delimiter;
    private readonly FrameViolation _tooLong;
    private readonly int _maxBytes;
    private long _searched;
    private bool _skipping;

    /// <summary>Creates a decoder.</summary>
    /// <param name="delimiter">What ends a frame: 1 to 64 bytes.</param>
    /// <param name="maxBytes">The longest frame, without its delimiter.</param>
    public DelimitedDecoder(ReadOnlySpan<byte> delimiter, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfZero(delimiter.Length, nameof(delimiter));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delimiter.Length, 64, nameof(delimiter));
        _delimiter = delimiter.ToArray();
        _maxBytes = maxBytes;
        _tooLong = new FrameViolation(string.Create(CultureInfo.InvariantCulture, $"frame longer than {maxBytes} bytes"), CanContinue: true);
    }

    /// <inheritdoc/>
    public FrameViolation Violation { get; private set; }

    /// <inheritdoc/>
    public DecodeStatus Decode(ref SequenceReader<byte> input, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (_skipping && !SkipFrame(ref input))
        {
            return DecodeStatus.NeedMore;
        }

        if (input.Remaining < _searched)
        {
            // Asked without new input: what was left is not offered this time.
            return DecodeStatus.NeedMore;
        }

        SequencePosition start = input.Position;
        long before = input.Consumed;
        input.Advance(_searched);
        if (!input.TryReadTo(out ReadOnlySequence<byte> _, _delimiter, advancePastDelimiter: true))
        {
            return AtEndOfInput(ref input, before);
        }

        long length = input.Consumed - before - _delimiter.Length;
        _searched = 0;
        if (length > _maxBytes)
        {
            Violation = _tooLong;
            return DecodeStatus.Violation;
        }

        frame = input.Sequence.Slice(start, length);
        return DecodeStatus.Frame;
    }

    private DecodeStatus AtEndOfInput(ref SequenceReader<byte> input, long before)
    {
        input.Rewind(input.Consumed - before);
        // The last bytes may be the beginning of the delimiter.
        long certain = Math.Max(0, input.Remaining - (_delimiter.Length - 1));
        if (certain <= _maxBytes)
        {
            _searched = certain;
            return DecodeStatus.NeedMore;
        }

        input.Advance(certain);
        _searched = 0;
        _skipping = true;
        Violation = _tooLong;
        return DecodeStatus.Violation;
    }

    private bool SkipFrame(ref SequenceReader<byte> input)
    {
        if (input.TryReadTo(out ReadOnlySequence<byte> _, _delimiter, advancePastDelimiter: true))
        {
            _skipping = false;
            return true;
        }

        input.Advance(Math.Max(0, input.Remaining - (_delimiter.Length - 1)));
        return false;
    }
}
