namespace Ropewalk.Security.Sasl.Wire;

/// <summary>The last message of a SCRAM client.</summary>
/// <remarks><b>Shape</b>: <c>"c=" base64 ",r=" nonce [extensions] ",p=" base64</c>. <b>Spec</b>: RFC 5802 §7.</remarks>
internal sealed class ScramClientFinal(string binding, string nonce, byte[] proof, string withoutProof)
{
    /// <summary>Gets the base64 of the GS2 header.</summary>
    public string Binding { get; } = binding;

    /// <summary>Gets the nonce of both sides.</summary>
    public string Nonce { get; } = nonce;

    /// <summary>Gets the proof.</summary>
    public byte[] Proof { get; } = proof;

    /// <summary>Gets the message before the proof, which the proof is over.</summary>
    public string WithoutProof { get; } = withoutProof;

    /// <summary>Reads a message.</summary>
    public static SaslFailure? Decode(ReadOnlySpan<byte> bytes, out ScramClientFinal? message)
    {
        message = null;
        if (!SaslText.TryRead(bytes, out string? text))
        {
            return SaslFailure.Malformed;
        }

        // the proof is the last attribute
        int at = text.LastIndexOf(",p=", StringComparison.Ordinal);
        if (at < 0 || !SaslText.TryReadBase64(text.AsSpan(at + 3), out byte[]? proof))
        {
            return SaslFailure.Malformed;
        }

        string? rest = text[..at];
        if (!SaslText.TryTake(ref rest, out char first, out string binding)
            || first != 'c'
            || !SaslText.TryTake(ref rest, out char second, out string nonce)
            || second != 'r')
        {
            return SaslFailure.Malformed;
        }

        message = new ScramClientFinal(binding, nonce, proof, text[..at]);
        return SaslText.CheckExtensions(rest);
    }

    /// <summary>Writes the message.</summary>
    public override string ToString() => $"{WithoutProof},p={Convert.ToBase64String(Proof)}";
}
