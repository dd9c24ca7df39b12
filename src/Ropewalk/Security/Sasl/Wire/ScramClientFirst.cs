namespace Ropewalk.Security.Sasl.Wire;

/// <summary>The first message of a SCRAM client.</summary>
/// <param name="Header">The GS2 header, with its last comma.</param>
/// <param name="AuthorizationId">Whom to act as; empty for oneself.</param>
/// <param name="Name">The user's name, unescaped.</param>
/// <param name="Nonce">The client's nonce.</param>
/// <param name="Bare">The message behind the header, which the proof is over.</param>
/// <remarks><b>Shape</b>: <c>("n" / "y") "," ["a=" saslname] "," "n=" saslname ",r=" nonce [extensions]</c>. <b>Spec</b>: RFC 5802 §7.</remarks>
internal sealed record ScramClientFirst(string Header, string AuthorizationId, string Name, string Nonce, string Bare)
{
    /// <summary>Makes the message of a client that cannot bind channels.</summary>
    public static ScramClientFirst Make(string authorizationId, string name, string nonce)
    {
        string header = authorizationId.Length == 0 ? "n,," : $"n,a={SaslText.EscapeName(authorizationId)},";
        return new(header, authorizationId, name, nonce, $"n={SaslText.EscapeName(name)},r={nonce}");
    }

    /// <summary>Reads a message.</summary>
    public static SaslFailure? Decode(ReadOnlySpan<byte> bytes, out ScramClientFirst? message)
    {
        message = null;
        if (!SaslText.TryRead(bytes, out string? text))
        {
            return SaslFailure.Malformed;
        }

        // RFC 5802 §6: a client that insists on a channel binding is told that there is none; y and n go on without
        if (text.StartsWith("p=", StringComparison.Ordinal))
        {
            return SaslFailure.ChannelBindingRefused;
        }

        string[] parts = text.Split(',', 3);
        string authorizationId = "";
        if (parts is not ["n" or "y", var asked, var bare]
            || !(asked.Length == 0 || (asked.StartsWith("a=", StringComparison.Ordinal) && SaslText.TryUnescapeName(asked.AsSpan(2), out authorizationId!))))
        {
            return SaslFailure.Malformed;
        }

        string? rest = bare;
        if (!SaslText.TryTake(ref rest, out char first, out string escaped))
        {
            return SaslFailure.Malformed;
        }

        if (first == 'm')
        {
            return SaslFailure.ExtensionRefused;
        }

        if (first != 'n'
            || !SaslText.TryUnescapeName(escaped, out string? name)
            || !SaslText.TryTake(ref rest, out char second, out string nonce)
            || second != 'r'
            || !SaslText.IsNonce(nonce))
        {
            return SaslFailure.Malformed;
        }

        message = new ScramClientFirst($"{parts[0]},{asked},", authorizationId, name, nonce, bare);
        return SaslText.CheckExtensions(rest);
    }

    /// <summary>Writes the message.</summary>
    public override string ToString() => Header + Bare;
}
