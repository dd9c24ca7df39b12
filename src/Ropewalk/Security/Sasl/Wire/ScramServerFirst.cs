using System.Globalization;

namespace Ropewalk.Security.Sasl.Wire;

/// <summary>The first message of a SCRAM server.</summary>
/// <remarks><b>Shape</b>: <c>"r=" nonce ",s=" base64 ",i=" number [extensions]</c>. <b>Spec</b>: RFC 5802 §7.</remarks>
internal sealed class ScramServerFirst(string nonce, byte[] salt, int iterations, string text)
{
    /// <summary>The most bytes of a salt that a client takes: many times the hash.</summary>
    private const int MaxSaltBytes = 64;

    /// <summary>Gets the client's nonce and the server's behind it.</summary>
    public string Nonce { get; } = nonce;

    /// <summary>Gets the salt.</summary>
    public byte[] Salt { get; } = salt;

    /// <summary>Gets how often to hash; <see cref="int.MaxValue"/> where the number is greater.</summary>
    public int Iterations { get; } = iterations;

    /// <summary>Makes a message.</summary>
    public static ScramServerFirst Make(string nonce, ReadOnlySpan<byte> salt, int iterations) =>
        new(nonce, salt.ToArray(), iterations, string.Create(CultureInfo.InvariantCulture, $"r={nonce},s={Convert.ToBase64String(salt)},i={iterations}"));

    /// <summary>Reads a message.</summary>
    public static SaslFailure? Decode(ReadOnlySpan<byte> bytes, out ScramServerFirst? message)
    {
        message = null;
        if (!SaslText.TryRead(bytes, out string? text))
        {
            return SaslFailure.Malformed;
        }

        string? rest = text;
        if (!SaslText.TryTake(ref rest, out char first, out string nonce))
        {
            return SaslFailure.Malformed;
        }

        if (first != 'r')
        {
            return first switch
            {
                'm' => SaslFailure.ExtensionRefused,
                'e' => SaslFailure.ServerRefused,
                _ => SaslFailure.Malformed,
            };
        }

        if (!SaslText.IsNonce(nonce)
            || !SaslText.TryTake(ref rest, out char second, out string encoded)
            || second != 's'
            || !SaslText.TryReadBase64(encoded, out byte[]? salt)
            || salt.Length is < 1 or > MaxSaltBytes
            || !SaslText.TryTake(ref rest, out char third, out string count)
            || third != 'i'
            || count[0] == '0'
            || count.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return SaslFailure.Malformed;
        }

        int iterations = int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue;
        message = new ScramServerFirst(nonce, salt, iterations, text);
        return SaslText.CheckExtensions(rest);
    }

    /// <summary>Writes the message.</summary>
    public override string ToString() => text;
}
