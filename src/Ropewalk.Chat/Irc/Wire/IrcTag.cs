using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Is one tag of a message: a key, and a value that may be empty.</summary>
/// <remarks><b>Shape</b>: <c>['+'] [vendor '/'] key ['=' escaped value]</c>. An empty value and none are the same. <b>Spec</b>: IRCv3 message-tags.</remarks>
public readonly record struct IrcTag
{
    /// <summary>Creates a tag.</summary>
    /// <param name="key">The key: letters, digits and hyphens, perhaps behind a vendor's host name and a slash; a plus sign in front makes it the client's own.</param>
    /// <param name="value">The value, unescaped. It may hold any character but NUL.</param>
    /// <exception cref="FormatException">The key is malformed, or the value holds a NUL.</exception>
    public IrcTag(string key, string value = "")
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        if (!IsKey(key))
        {
            throw new FormatException($"'{key}' is not the key of a message tag.");
        }

        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new FormatException($"The value of the message tag '{key}' holds a NUL.");
        }

        Key = key;
        Value = value;
    }

    /// <summary>Gets the key, a plus sign included.</summary>
    public string Key { get; }

    /// <summary>Gets the value, unescaped.</summary>
    public string Value { get; }

    /// <summary>Gets whether the tag is a client's own, which a server passes on and does not understand.</summary>
    public bool IsClientOnly => Key.StartsWith('+');

    /// <summary>Gets whether <paramref name="key"/> can be a tag's key.</summary>
    public static bool IsKey([NotNullWhen(true)] string? key) => key is not null && IsKey(key.AsSpan());

    /// <summary>Unescapes a value as it stands in a message. An escape of nothing is dropped, and one of any other character is that character.</summary>
    public static string Unescape(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(escaped);
        }

        byte[] value = new byte[escaped.Length];
        int length = 0;
        for (int i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != (byte)'\\')
            {
                value[length++] = escaped[i];
            }
            else if (++i < escaped.Length)
            {
                value[length++] = escaped[i] switch
                {
                    (byte)':' => (byte)';',
                    (byte)'s' => (byte)' ',
                    (byte)'r' => (byte)'\r',
                    (byte)'n' => (byte)'\n',
                    _ => escaped[i],
                };
            }
        }

        return Encoding.UTF8.GetString(value, 0, length);
    }

    /// <summary>Escapes the value for a message.</summary>
    public string EscapedValue()
    {
        if (Value.AsSpan().IndexOfAny("\\; \r\n") < 0)
        {
            return Value;
        }

        var escaped = new StringBuilder(Value.Length + 8);
        foreach (char letter in Value)
        {
            _ = letter switch
            {
                '\\' => escaped.Append("\\\\"),
                ';' => escaped.Append("\\:"),
                ' ' => escaped.Append("\\s"),
                '\r' => escaped.Append("\\r"),
                '\n' => escaped.Append("\\n"),
                _ => escaped.Append(letter),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Gives the tag as it stands in a message.</summary>
    public override string ToString() => Value is null or "" ? Key : $"{Key}={EscapedValue()}";

    /// <summary>Gets whether these bytes can be a tag's key.</summary>
    internal static bool IsKey(ReadOnlySpan<byte> key)
    {
        Span<char> letters = stackalloc char[128];
        return key.Length <= letters.Length && IsKey(letters[..Encoding.Latin1.GetChars(key, letters)]);
    }

    private static bool IsKey(ReadOnlySpan<char> key)
    {
        ReadOnlySpan<char> rest = key[(key.StartsWith('+') ? 1 : 0)..];
        int slash = rest.LastIndexOf('/');
        return Holds(rest[(slash + 1)..], alsoDots: false) && (slash < 0 || Holds(rest[..slash], alsoDots: true));
    }

    private static bool Holds(ReadOnlySpan<char> text, bool alsoDots)
    {
        foreach (char letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '-' && !(alsoDots && letter is '.' or ':'))
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }
}
