using System.Buffers;
using System.Globalization;

namespace Ropewalk.Framing;

/// <summary>
/// Cuts lines, without their breaks. A line that is too long is skipped and reported once, as soon as it is; the stream goes on behind it.
/// </summary>
/// <remarks>
/// What is reported does not depend on how the bytes arrive, and no byte is searched twice: an unfinished line is remembered by how much of
/// it was searched, so a peer that trickles costs no more than one that doesn't. <b>Call</b>: after <see cref="DecodeStatus.NeedMore"/>, the next input begins with the
/// bytes that were left, or is empty.
/// </remarks>
public sealed class LineDecoder : IFrameDecoder<ReadOnlySequence<byte>>
{
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    private static readonly FrameViolation BareLfViolation = new("LF without CR", CanContinue: true);
    private static readonly FrameViolation BareCrViolation = new("CR without LF", CanContinue: true);

    private readonly int _maxBytes;
    private readonly LineBreaks _breaks;
    private string? _tooLongRule;
    private long _searched;
    private bool _skipping;
    private bool _skippedCr;
    private bool _endedByCr;

    /// <summary>Creates a decoder.</summary>
    /// <param name="maxBytes">The longest line, without its break: the 512 of SMTP and IRC, which count CRLF, are 510 here.</param>
    /// <param name="breaks">What ends a line beside CRLF. Default: <see cref="LineBreaks.Lenient"/>.</param>
    public LineDecoder(int maxBytes, LineBreaks? breaks = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _maxBytes = maxBytes;
        _breaks = breaks ?? LineBreaks.Lenient;
    }

    /// <inheritdoc/>
    public FrameViolation Violation { get; private set; }

    // Made when it is needed: most connections never send such a line, and there may be many of them.
    private FrameViolation TooLong => new(_tooLongRule ??= string.Create(CultureInfo.InvariantCulture, $"line longer than {_maxBytes} bytes"), CanContinue: true);

    /// <inheritdoc/>
    public DecodeStatus Decode(ref SequenceReader<byte> input, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (_endedByCr && !SkipLfOfCr(ref input))
        {
            return DecodeStatus.NeedMore;
        }

        if (_skipping && !SkipLine(ref input))
        {
            return DecodeStatus.NeedMore;
        }

        if (input.Remaining < _searched)
        {
            // Asked without new input: what was left is not offered this time.
            return DecodeStatus.NeedMore;
        }

        long start = input.Consumed;
        SequencePosition startPosition = input.Position;
        input.Advance(_searched);
        while (_breaks.BareCr == BareBreak.Keep ? input.TryAdvanceTo(Lf, advancePastDelimiter: false) : input.TryAdvanceToAny([Cr, Lf], advancePastDelimiter: false))
        {
            long length = input.Consumed - start;
            input.TryPeek(out byte found);
            DecodeStatus? status = found == Lf ? AtLf(ref input, start, ref length) : AtCr(ref input, start, length);
            if (status is DecodeStatus.Frame)
            {
                frame = input.Sequence.Slice(startPosition, length);
            }

            if (status is { } decided)
            {
                return decided;
            }
        }

        return AtEndOfInput(ref input, start);
    }

    // The reader stands on an LF; length is what lies before it, and becomes the line's. Null: the LF belongs to the line.
    private DecodeStatus? AtLf(ref SequenceReader<byte> input, long start, ref long length)
    {
        if (_breaks.BareCr == BareBreak.Keep && length > 0 && ByteBefore(ref input) == Cr)
        {
            length--;
            return EndLine(ref input, length, 1);
        }

        if (_breaks.BareLf == BareBreak.End)
        {
            return EndLine(ref input, length, 1);
        }

        if (length > _maxBytes)
        {
            return Refuse(ref input, 0, TooLong);
        }

        if (_breaks.BareLf == BareBreak.Refuse)
        {
            return Refuse(ref input, 1, BareLfViolation);
        }

        input.Advance(1);
        return null;
    }

    // The reader stands on a CR that is not simply kept.
    private DecodeStatus? AtCr(ref SequenceReader<byte> input, long start, long length)
    {
        if (_breaks.BareCr == BareBreak.End)
        {
            _endedByCr = true;
            return EndLine(ref input, length, 1);
        }

        if (length > _maxBytes)
        {
            return Refuse(ref input, 0, TooLong);
        }

        if (!input.TryPeek(1, out byte next))
        {
            _searched = length;
            input.Rewind(input.Consumed - start);
            return DecodeStatus.NeedMore;
        }

        return next == Lf ? EndLine(ref input, length, 2) : Refuse(ref input, 1, BareCrViolation);
    }

    private DecodeStatus EndLine(ref SequenceReader<byte> input, long length, int breakBytes)
    {
        input.Advance(breakBytes);
        _searched = 0;
        if (length <= _maxBytes)
        {
            return DecodeStatus.Frame;
        }

        Violation = TooLong;
        return DecodeStatus.Violation;
    }

    private DecodeStatus Refuse(ref SequenceReader<byte> input, int advance, FrameViolation violation)
    {
        input.Advance(advance);
        _searched = 0;
        _skipping = true;
        _skippedCr = false;
        Violation = violation;
        return DecodeStatus.Violation;
    }

    private DecodeStatus AtEndOfInput(ref SequenceReader<byte> input, long start)
    {
        long length = input.Length - start;
        input.AdvanceToEnd();
        // A kept CR at the very end may be the first half of the break.
        bool endsWithCr = _breaks.BareCr == BareBreak.Keep && length > 0 && ByteBefore(ref input) == Cr;
        if (length - (endsWithCr ? 1 : 0) > _maxBytes)
        {
            DecodeStatus refused = Refuse(ref input, 0, TooLong);
            _skippedCr = endsWithCr;
            return refused;
        }

        _searched = length;
        input.Rewind(length);
        return DecodeStatus.NeedMore;
    }

    private static byte ByteBefore(ref SequenceReader<byte> input)
    {
        if (input.CurrentSpanIndex > 0)
        {
            return input.CurrentSpan[input.CurrentSpanIndex - 1];
        }

        input.Rewind(1);
        input.TryRead(out byte before);
        return before;
    }

    private bool SkipLfOfCr(ref SequenceReader<byte> input)
    {
        if (!input.TryPeek(out byte next))
        {
            return false;
        }

        input.Advance(next == Lf ? 1 : 0);
        _endedByCr = false;
        return true;
    }

    // True when the end of the refused line has been passed.
    private bool SkipLine(ref SequenceReader<byte> input)
    {
        while (true)
        {
            if (_skippedCr)
            {
                if (!input.TryPeek(out byte next))
                {
                    return false;
                }

                _skippedCr = false;
                if (next == Lf)
                {
                    input.Advance(1);
                    return EndSkip();
                }
            }

            if (!input.TryAdvanceToAny([Cr, Lf], advancePastDelimiter: false))
            {
                input.AdvanceToEnd();
                return false;
            }

            input.TryRead(out byte found);
            if (found == Cr && _breaks.BareCr == BareBreak.End)
            {
                _endedByCr = true;
                return EndSkip() && SkipLfOfCr(ref input);
            }

            if (found == Lf && _breaks.BareLf == BareBreak.End)
            {
                return EndSkip();
            }

            _skippedCr = found == Cr;
        }
    }

    private bool EndSkip()
    {
        _skipping = false;
        return true;
    }
}
