namespace Ropewalk.Chat.Irc.Client;

/// <summary>Checks the names that a caller gives, so that one name is not taken for several, or for something else.</summary>
internal static class IrcName
{
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
