using System.Buffers;
using System.Globalization;

namespace Ropewalk.Framing;

/// <summary>Cuts frames behind their length. A frame that is too long is reported when its length is read, and skipped; the stream goes on behind it.</summary>
public sealed class LengthPrefixedDecoder : IFrameDecoder<ReadOnlySequence<byte>>
{
    private readonly LengthPrefix _prefix;
    private readonly int _maxBytes;
    private readonly FrameViolation _tooLong;
    private readonly FrameViolation _tooShort;
    private long _toSkip;
    private bool _broken;

    /// <summary>Creates a decoder.</summary>
    /// <param name="prefix">What the length looks like.</param>
    /// <param name="maxBytes">The longest frame, without its prefix.</param>
    public LengthPrefixedDecoder(LengthPrefix prefix, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _prefix = prefix.Checked();
        _maxBytes = maxBytes;
        _tooLong = new FrameViolation(string.Create(CultureInfo.InvariantCulture, $"frame longer than {maxBytes} bytes"), CanContinue: true);
        _tooShort = new FrameViolation("length shorter than its own prefix", CanContinue: false);
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

        Span<byte> prefix = stackalloc byte[4];
        prefix = prefix[.._prefix.WidthBytes];
        if (!FrameBytes.Skip(ref input, ref _toSkip) || !input.TryCopyTo(prefix))
        {
            return DecodeStatus.NeedMore;
        }

        long length = ReadLength(prefix);
        if (length < 0)
        {
            _broken = true;
            Violation = _tooShort;
            return DecodeStatus.Violation;
        }

        if (length > _maxBytes)
        {
            input.Advance(prefix.Length);
            _toSkip = length;
            Violation = _tooLong;
            return DecodeStatus.Violation;
        }

        if (input.Remaining < prefix.Length + length)
        {
            return DecodeStatus.NeedMore;
        }

        input.Advance(prefix.Length);
        frame = FrameBytes.Take(ref input, length);
        return DecodeStatus.Frame;
    }

    private long ReadLength(ReadOnlySpan<byte> prefix)
    {
        long length = 0;
        for (int i = 0; i < prefix.Length; i++)
        {
            length = (length << 8) | prefix[_prefix.LittleEndian ? prefix.Length - 1 - i : i];
        }

        return _prefix.CountsItself ? length - prefix.Length : length;
    }
}
