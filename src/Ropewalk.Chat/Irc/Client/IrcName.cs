using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Checks the names that a caller gives, so that one name is not taken for several, or for something else.</summary>
internal static class IrcName
{
    // 512 bytes is a whole line (RFC 1459 §2.3); what leaves no room for the command cannot be said.
    private const int MostBytes = 400;

    /// <summary>Tells whether a text is one name that can be said.</summary>
    public static bool IsOne(string name) =>
        name.Length > 0 && name[0] != ':' && name.AsSpan().IndexOfAny(" ,\r\n\0\a") < 0 && System.Text.Encoding.UTF8.GetByteCount(name) <= MostBytes;

    /// <summary>Says what is wrong with channels that are to be joined: their names, their keys, and names that are one to the server.</summary>
    public static IEnumerable<string> FindErrors(IReadOnlyDictionary<string, string?> channels)
    {
        var names = new HashSet<string>(IrcCaseMapping.Rfc1459);
        foreach ((string name, string? key) in channels)
        {
            if (!IsOne(name))
            {
                yield return $"'{name.ReplaceLineEndings("\\n")}' cannot be a channel's name: it is empty or too long, begins with a colon, or holds a space, a comma or a control character";
            }
            else if (!names.Add(name))
            {
                yield return $"the channel {name} is there twice: servers take names that differ only by case for one";
            }

            if (key is not null && !IsOne(key))
            {
                yield return $"the key of {name.ReplaceLineEndings("\\n")} is empty or too long, begins with a colon, or holds a space, a comma or a control character";
            }
        }
    }

    /// <exception cref="FormatException">It is none.</exception>
    public static string Check(string name, string what)
    {
        ArgumentNullException.ThrowIfNull(name, what);
        if (name.Length == 0 || name[0] == ':' || name.AsSpan().IndexOfAny(" ,\r\n\0\a") >= 0)
        {
            throw new FormatException($"The {what} is empty, begins with a colon, or holds a space, a comma, CR, LF, NUL or BEL.");
        }

        return name;
    }

    /// <exception cref="FormatException">It cannot be sent.</exception>
    public static string CheckText(string text, string what)
    {
        ArgumentNullException.ThrowIfNull(text, what);
        return text.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 ? text : throw new FormatException($"The {what} holds CR, LF or NUL.");
    }
}
