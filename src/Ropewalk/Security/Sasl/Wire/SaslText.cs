using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ropewalk.Security.Sasl.Wire;

/// <summary>Reads and writes what the messages of the mechanisms are made of.</summary>
internal static class SaslText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads UTF-8; false if it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        // asked first: a flood of bad bytes costs no exceptions
        text = System.Text.Unicode.Utf8.IsValid(bytes) ? StrictUtf8.GetString(bytes) : null;
        return text is not null;
    }

    /// <summary>Reads base64 without white space.</summary>
    public static bool TryReadBase64(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        byte[] decoded = new byte[text.Length];
        if (text.IsEmpty || text.ContainsAny(" \t\r\n") || !Convert.TryFromBase64Chars(text, decoded, out int length))
        {
            return false;
        }

        bytes = decoded[..length];
        return true;
    }

    // RFC 5802 §5.1: a comma is =2C and an equals sign =3D
    public static string EscapeName(string name) => name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>Reads a name as SCRAM writes it.</summary>
    public static bool TryUnescapeName(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? name)
    {
        name = null;
        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
            {
                plain.Append(text[i]);
                continue;
            }

            // RFC 5802 §5.1: an equals sign before anything else is an error
            ReadOnlySpan<char> code = text[i..].Length >= 3 ? text.Slice(i + 1, 2) : [];
            if (code is not ("2C" or "3D"))
            {
                return false;
            }

            plain.Append(code is "2C" ? ',' : '=');
            i += 2;
        }

        name = plain.ToString();
        return name.Length > 0;
    }

    /// <summary>Tells whether a text is a nonce: printable ASCII without commas.</summary>
    public static bool IsNonce(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('!', '~') && !text.Contains(',');

    /// <summary>Takes <c>x=value</c> from the front of a list of attributes.</summary>
    /// <param name="rest">What is left of the list; null behind the last one.</param>
    /// <param name="name">The attribute's letter.</param>
    /// <param name="value">Its value: not empty, without a NUL.</param>
    public static bool TryTake(ref string? rest, out char name, out string value)
    {
        (name, value) = ('\0', "");
        if (rest is null)
        {
            return false;
        }

        int comma = rest.IndexOf(',', StringComparison.Ordinal);
        string attribute = comma < 0 ? rest : rest[..comma];
        rest = comma < 0 ? null : rest[(comma + 1)..];
        if (attribute.Length < 3 || attribute[1] != '=' || !char.IsAsciiLetter(attribute[0]) || attribute.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        (name, value) = (attribute[0], attribute[2..]);
        return true;
    }

    /// <summary>Tells whether what is left of a message are extensions that may be ignored.</summary>
    public static SaslFailure? CheckExtensions(string? rest)
    {
        while (rest is not null)
        {
            if (!TryTake(ref rest, out char name, out _))
            {
                return SaslFailure.Malformed;
            }

            // RFC 5802 §5.1: what is mandatory and not known ends the conversation; anything else is ignored
            if (name == 'm')
            {
                return SaslFailure.ExtensionRefused;
            }

            if ("acenprsvi".Contains(name, StringComparison.Ordinal))
            {
                return SaslFailure.Malformed;
            }
        }

        return null;
    }
}
