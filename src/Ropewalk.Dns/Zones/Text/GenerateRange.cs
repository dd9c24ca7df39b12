using System.Buffers.Text;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>Is the range of a <c>$GENERATE</c>: <c>start-stop</c> or <c>start-stop/step</c>, both ends included.</summary>
internal readonly record struct GenerateRange(int Start, int Stop, int Step)
{
    public long Count => (((long)Stop - Start) / Step) + 1;

    public static bool TryParse(ReadOnlySpan<byte> text, out GenerateRange range)
    {
        range = default;
        int dash = text.IndexOf((byte)'-');
        if (dash < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> stop = text[(dash + 1)..];
        int slash = stop.IndexOf((byte)'/'), step = 1;
        if (slash >= 0)
        {
            if (!TryParseNumber(stop[(slash + 1)..], out step))
            {
                return false;
            }

            stop = stop[..slash];
        }

        if (!TryParseNumber(text[..dash], out int first) || !TryParseNumber(stop, out int last) || first > last || step == 0)
        {
            return false;
        }

        range = new(first, last, step);
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        return text.Length > 0 && char.IsAsciiDigit((char)text[0]) && Utf8Parser.TryParse(text, out number, out int used) && used == text.Length;
    }
}
