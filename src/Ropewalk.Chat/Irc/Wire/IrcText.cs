using System.Globalization;
using System.Text;

namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Cuts text into pieces that fit into a line.</summary>
public static class IrcText
{
    /// <summary>Splits a text into pieces of at most so many bytes of UTF-8.</summary>
    /// <remarks>
    /// A piece ends at a space if one lies in its last half, else between two characters as a reader sees them (UAX #29), so that no letter loses its accent and no
    /// family its child; a single character that is too long by itself is cut between code points. A space at a cut is dropped, and nothing else.
    /// </remarks>
    /// <param name="text">The text. <b>Shape</b>: one line; an empty one is one empty piece.</param>
    /// <param name="maxBytes">At least 4, the longest code point.</param>
    public static IReadOnlyList<string> Split(string text, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 4);
        var pieces = new List<string>();
        ReadOnlySpan<char> rest = text;
        while (Encoding.UTF8.GetByteCount(rest) > maxBytes)
        {
            int end = Fit(rest, maxBytes);
            // a cut at a space loses no word; one far in front would waste the line
            int space = rest[end] == ' ' ? end : rest[..end].LastIndexOf(' ');
            if (space > end / 2)
            {
                end = space;
            }

            pieces.Add(rest[..end].ToString());
            rest = rest[end..];
            rest = rest[0] == ' ' ? rest[1..] : rest;
        }

        if (pieces.Count == 0 || !rest.IsEmpty)
        {
            pieces.Add(rest.ToString());
        }

        return pieces;
    }

    // How many chars of the text fit, ending between two characters where that is possible.
    private static int Fit(ReadOnlySpan<char> text, int maxBytes)
    {
        int end = 0;
        int bytes = 0;
        while (end < text.Length)
        {
            int length = StringInfo.GetNextTextElementLength(text[end..]);
            int more = Encoding.UTF8.GetByteCount(text.Slice(end, length));
            if (bytes + more > maxBytes)
            {
                break;
            }

            end += length;
            bytes += more;
        }

        return end > 0 ? end : FitRunes(text, maxBytes);
    }

    private static int FitRunes(ReadOnlySpan<char> text, int maxBytes)
    {
        int end = 0;
        int bytes = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return end;
    }
}
