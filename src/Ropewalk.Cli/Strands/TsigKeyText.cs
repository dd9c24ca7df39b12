using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Cli.Strands;

/// <summary>Reads a key as dig has it, <c>[ALGORITHM:]NAME:BASE64</c>, and says what is wrong with one without showing any of it: all of it can be the secret.</summary>
internal static class TsigKeyText
{
    private const string Shape = "a key is [ALGORITHM:]NAME:BASE64";
    private const string Algorithms = "hmac-sha256, hmac-sha384, hmac-sha512 or hmac-sha1";

    /// <summary>Reads a key; hmac-sha256, which RFC 8945 §6 asks for, is what is not said.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TsigKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        string[] parts = text.Split(':');
        TsigAlgorithm algorithm = TsigAlgorithm.HmacSha256;
        error = parts.Length is not (2 or 3) ? $"{Shape}: it has one colon or two, and here are {parts.Length - 1}"
            : parts.Length == 3 && !TryFind(parts[0], out algorithm) ? $"{Shape}: the algorithm is none of {Algorithms}"
            : !DomainName.TryParse(parts[^2], out _) ? $"{Shape}: the name of the key is no domain name"
            : !Base64.IsValid(parts[^1]) ? $"{Shape}: the secret is not in base64"
            : Convert.FromBase64String(parts[^1]).Length == 0 ? $"{Shape}: there is no secret behind the last colon"
            : null;
        if (error is not null)
        {
            return false;
        }

        key = new TsigKey(DomainName.Parse(parts[^2]), algorithm, Convert.FromBase64String(parts[^1]));
        return true;
    }

    /// <summary>
    /// Says that a secret is easier to guess than it looks: it has fewer bytes than half of the signature. RFC 2104 discourages less than all of it, RFC 8945 has no least length, and BIND, Knot DNS and NSD take a single
    /// byte without a word; so it is said, and the key is taken.
    /// </summary>
    /// <returns>What to say; null if there is nothing.</returns>
    public static string? FindWeakness(string text)
    {
        if (!TryParse(text, out TsigKey? key, out _))
        {
            return null;
        }

        int bytes = Convert.FromBase64String(text[(text.LastIndexOf(':') + 1)..]).Length, whole = key.Algorithm.MacBytes();
        return bytes * 2 < whole ? $"The key {key.Name} has a short secret: {bytes} {(bytes == 1 ? "byte" : "bytes")}, and {key.Algorithm.Name().ToString().TrimEnd('.')} wants {whole}" : null;
    }

    private static bool TryFind(string text, out TsigAlgorithm algorithm)
    {
        algorithm = default;
        return DomainName.TryParse(text, out DomainName? name) && TsigAlgorithms.TryFind(name.Wire, out algorithm) && algorithm != TsigAlgorithm.HmacMd5;
    }
}
