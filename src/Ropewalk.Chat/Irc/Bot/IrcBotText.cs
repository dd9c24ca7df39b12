using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Makes lines that can be sent of texts that a bot wants to say. Pure.</summary>
internal static class IrcBotText
{
    private const string More = " …";

    /// <summary>Cuts a text at its line breaks, and where it is too long.</summary>
    /// <param name="text">The text. What would be something else on the wire (CR, LF, NUL, the mark of CTCP) is taken out.</param>
    /// <param name="prefix">What stands before each line.</param>
    /// <param name="room">How many bytes a line may have.</param>
    /// <param name="most">How many lines there may be; the last says that there were more.</param>
    public static IReadOnlyList<string> ToLines(string text, string prefix, int room, int most)
    {
        var lines = new List<string>();
        foreach (ReadOnlySpan<char> part in text.AsSpan().EnumerateLines())
        {
            string clean = Clean(part);
            if (clean.Length == 0)
            {
                continue;
            }

            foreach (string piece in IrcText.Split(clean, Math.Max(16, room - System.Text.Encoding.UTF8.GetByteCount(prefix + More))))
            {
                if (lines.Count == most)
                {
                    lines[^1] += More;
                    return lines;
                }

                lines.Add(prefix + piece);
            }
        }

        return lines;
    }

    private static string Clean(ReadOnlySpan<char> part)
    {
        Span<char> kept = part.Length <= 512 ? stackalloc char[part.Length] : new char[part.Length];
        int length = 0;
        foreach (char c in part)
        {
            if (c is not ('\r' or '\n' or '\0' or '\u0001'))
            {
                kept[length++] = c;
            }
        }

        return new string(kept[..length]).TrimEnd();
    }
}
