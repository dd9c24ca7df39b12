namespace Ropewalk.Security.Sasl.Wire;

/// <summary>The last message of a SCRAM server: its signature, or why it refuses.</summary>
/// <remarks><b>Shape</b>: <c>("v=" base64 / "e=" reason) [extensions]</c>. <b>Spec</b>: RFC 5802 §7.</remarks>
internal static class ScramServerFinal
{
    /// <summary>Writes the message of a server that proves itself.</summary>
    public static string Make(ReadOnlySpan<byte> signature) => $"v={Convert.ToBase64String(signature)}";

    /// <summary>Reads a message.</summary>
    public static SaslFailure? Decode(ReadOnlySpan<byte> bytes, out byte[] signature)
    {
        signature = [];
        if (!SaslText.TryRead(bytes, out string? rest) || !SaslText.TryTake(ref rest, out char first, out string value))
        {
            return SaslFailure.Malformed;
        }

        if (first == 'e')
        {
            return SaslFailure.ServerRefused;
        }

        if (first != 'v' || !SaslText.TryReadBase64(value, out byte[]? decoded))
        {
            return SaslFailure.Malformed;
        }

        signature = decoded;
        return SaslText.CheckExtensions(rest);
    }
}
