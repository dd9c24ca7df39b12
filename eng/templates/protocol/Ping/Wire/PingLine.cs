using System.Buffers;
using System.Text;
using Ropewalk.Framing;

namespace Ping.Wire;

/// <summary>Cuts a stream into lines and each line into its first word and the rest: what both decoders share.</summary>
public sealed class PingLine
{
    /// <summary>The longest line, without its break. IRC's 510: enough for a token, little to hold.</summary>
    public const int MaxBytes = 510;

    private readonly LineDecoder _lines = Frames.Lines(MaxBytes, LineBreaks.Lenient);

    /// <summary>Gets which rule the last line broke.</summary>
    public PingViolation Broken { get; private set; }

    /// <summary>Decodes one line.</summary>
    public DecodeStatus Decode(ref SequenceReader<byte> input, out string word, out string rest)
    {
        word = rest = "";
        DecodeStatus status = _lines.Decode(ref input, out ReadOnlySequence<byte> line);
        if (status == DecodeStatus.Violation)
        {
            return Break(PingViolation.TooLong);
        }

        if (status == DecodeStatus.NeedMore)
        {
            return status;
        }

        // One char per byte, so that each byte is looked at.
        string text = Encoding.Latin1.GetString(line);
        if (text.Any(c => c is < ' ' or > '~'))
        {
            return Break(PingViolation.NotText);
        }

        int space = text.IndexOf(' ');
        (word, rest) = space < 0 ? (text, "") : (text[..space], text[(space + 1)..]);
        return DecodeStatus.Frame;
    }

    /// <summary>Records that a rule was broken.</summary>
    public DecodeStatus Break(PingViolation violation)
    {
        Broken = violation;
        return DecodeStatus.Violation;
    }
}
