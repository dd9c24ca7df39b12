using System.Text;
using Ropewalk.Cli.Strands;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Reads keys: <c>-y [hmac:]name:secret</c>, and <c>-k FILE</c> in the form of BIND's tsig-keygen. What it says has no secret in it.</summary>
internal static class DigKeys
{
    /// <summary>The longest file that is read: one of a key has some hundred bytes.</summary>
    public const int MostFileChars = 64 * 1024;

    /// <summary>Parses the word of <c>-y</c>.</summary>
    /// <exception cref="FormatException">It is no key.</exception>
    public static TsigKey ParseWord(string text) => TsigKeyText.TryParse(text, out TsigKey? key, out string? error) ? key : throw new FormatException($"-y: {error}");

    /// <summary>Parses a file: <c>key "name" { algorithm hmac-sha256; secret "…"; };</c>.</summary>
    /// <exception cref="FormatException">It has no key.</exception>
    public static TsigKey ParseFile(string path, string text)
    {
        string? name = null, algorithm = null, secret = null;
        string[] words = text.Length <= MostFileChars ? [.. Split(text)] : [];
        for (int at = 0; at + 1 < words.Length; at++)
        {
            switch (words[at])
            {
                case "key":
                    name ??= words[at + 1];
                    break;
                case "algorithm":
                    algorithm ??= words[at + 1];
                    break;
                case "secret":
                    secret ??= words[at + 1];
                    break;
            }
        }

        return name is not null && algorithm is not null && secret is not null ? Make(path, algorithm, name, secret) : throw new FormatException($"Couldn't read key from {path}: it has no key of the form key \"name\" {{ algorithm …; secret \"…\"; }};");
    }

    // Words and quoted texts; braces, semicolons and comments stand between them.
    private static IEnumerable<string> Split(string text)
    {
        StringBuilder word = new();
        bool isQuoted = false, isComment = false;
        for (int at = 0; at <= text.Length; at++)
        {
            char letter = at < text.Length ? text[at] : '\n';
            isComment = isComment ? letter != '\n' : !isQuoted && (letter == '#' || (letter == '/' && at + 1 < text.Length && text[at + 1] == '/'));
            if (letter == '"' && !isComment)
            {
                isQuoted = !isQuoted;
            }
            else if (!isComment && (isQuoted || !(char.IsWhiteSpace(letter) || letter is '{' or '}' or ';')))
            {
                word.Append(letter);
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
    }

    private static TsigKey Make(string origin, string hmac, string name, string secret)
    {
        byte[] bytes = new byte[secret.Length];
        if (!Convert.TryFromBase64String(secret, bytes, out int length) || length == 0)
        {
            throw new FormatException($"{origin}: the secret of the key is not in base64");
        }

        return DomainName.TryParse(hmac, out DomainName? algorithmName) && TsigAlgorithms.TryFind(algorithmName.Wire, out TsigAlgorithm algorithm) && algorithm != TsigAlgorithm.HmacMd5
            ? new TsigKey(DomainName.Parse(name), algorithm, bytes.AsSpan(0, length))
            : throw new FormatException($"{origin}: its algorithm is not signed with; hmac-sha256, hmac-sha384, hmac-sha512 and hmac-sha1 are");
    }
}
