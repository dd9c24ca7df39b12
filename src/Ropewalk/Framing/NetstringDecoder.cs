using System.Buffers;
using System.Globalization;

namespace Ropewalk.Framing;

/// <summary>Cuts netstrings: <c>5:hello,</c>. One that is too long is reported when its length is read, and skipped; one that is malformed ends the stream's trust.</summary>
/// <remarks><b>Spec</b>: D. J. Bernstein, "Netstrings", 1997: a length has no leading zeros.</remarks>
public sealed class NetstringDecoder : IFrameDecoder<ReadOnlySequence<byte>>
{
    // Ten digits are more than any maximum here needs, and cannot overflow.
    private const int MaxDigits = 10;

    private static readonly FrameViolation BadLength = new("netstring without a decimal length and a colon", CanContinue: false);
    private static readonly FrameViolation LeadingZero = new("netstring length with a leading zero", CanContinue: false);
    private static readonly FrameViolation NoComma = new("netstring without a comma at its end", CanContinue: false);

    private readonly int _maxBytes;
    private readonly FrameViolation _tooLong;
    private long _toSkip;
    private bool _commaDue;
    private bool _broken;

    /// <summary>Creates a decoder.</summary>
    /// <param name="maxBytes">The longest string.</param>
    public NetstringDecoder(int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _maxBytes = maxBytes;
        _tooLong = new FrameViolation(string.Create(CultureInfo.InvariantCulture, $"netstring longer than {maxBytes} bytes"), CanContinue: true);
    }

    /// <inheritdoc/>
    public FrameViolation Violation { get; private set; }

    /// <inheritdoc/>
    public DecodeStatus Decode(ref SequenceReader<byte> input, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (_broken)
        {
            return DecodeStatus.Violation;
        }

        if (!FrameBytes.Skip(ref input, ref _toSkip))
        {
            return DecodeStatus.NeedMore;
        }

        if (_commaDue && FinishSkip(ref input) is { } unfinished)
        {
            return unfinished;
        }

        Span<byte> head = stackalloc byte[MaxDigits + 1];
        head = head[..(int)Math.Min(head.Length, input.Remaining)];
        input.TryCopyTo(head);
        DecodeStatus status = ReadLength(head, out int headBytes, out long length);
        return status == DecodeStatus.Frame ? DecodeString(ref input, headBytes, length, out frame) : status;
    }

    // Null: the comma was there.
    private DecodeStatus? FinishSkip(ref SequenceReader<byte> input)
    {
        if (!input.TryPeek(out byte end))
        {
            return DecodeStatus.NeedMore;
        }

        if (end != (byte)',')
        {
            return Break(NoComma);
        }

        input.Advance(1);
        _commaDue = false;
        return null;
    }

    private DecodeStatus DecodeString(ref SequenceReader<byte> input, int headBytes, long length, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (length > _maxBytes)
        {
            input.Advance(headBytes);
            _toSkip = length;
            _commaDue = true;
            Violation = _tooLong;
            return DecodeStatus.Violation;
        }

        if (!input.TryPeek(headBytes + length, out byte end))
        {
            return DecodeStatus.NeedMore;
        }

        if (end != (byte)',')
        {
            return Break(NoComma);
        }

        input.Advance(headBytes);
        frame = FrameBytes.Take(ref input, length);
        input.Advance(1);
        return DecodeStatus.Frame;
    }

    // Frame: the length and its colon are there.
    private DecodeStatus ReadLength(ReadOnlySpan<byte> head, out int headBytes, out long length)
    {
        length = 0;
        for (headBytes = 0; headBytes < head.Length; headBytes++)
        {
            byte b = head[headBytes];
            if (b == (byte)':' && headBytes > 0)
            {
                headBytes++;
                return DecodeStatus.Frame;
            }

            if (b is < (byte)'0' or > (byte)'9' || headBytes == MaxDigits)
            {
                return Break(BadLength);
            }

            if (headBytes == 1 && head[0] == (byte)'0')
            {
                return Break(LeadingZero);
            }

            length = (length * 10) + (b - '0');
        }

        return DecodeStatus.NeedMore;
    }

    private DecodeStatus Break(FrameViolation violation)
    {
        _broken = true;
        Violation = violation;
        return DecodeStatus.Violation;
    }
}
