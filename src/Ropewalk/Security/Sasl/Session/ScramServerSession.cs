using System.Text;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl.Wire;

namespace Ropewalk.Security.Sasl.Session;

/// <summary>
/// The server's side of SCRAM-SHA-256, without I/O: the client's first message tells a name, the caller finds what is kept of its password,
/// the challenge goes out, and the client's last message proves.
/// </summary>
/// <remarks>
/// There is no channel binding: a client that insists on one is refused, and one that says it saw no binding offered is right.
/// <b>Spec</b>: RFC 5802 §5, RFC 7677 §3.
/// </remarks>
public sealed class ScramServerSession
{
    private readonly string _nonce;
    private ScramClientFirst? _first;
    private ScramServerFirst? _challenge;
    private ScramCredential? _credential;

    /// <summary>Begins a conversation.</summary>
    /// <param name="nonce">The server's part of the nonce: printable ASCII without commas, at least 128 random bits, never used before.</param>
    public ScramServerSession(string nonce)
    {
        ArgumentNullException.ThrowIfNull(nonce);
        if (!SaslText.IsNonce(nonce))
        {
            throw new ArgumentException("A nonce is printable ASCII without commas.", nameof(nonce));
        }

        _nonce = nonce;
    }

    /// <summary>Gets whom the client says to be; empty before its first message.</summary>
    public string Name => _first?.Name ?? "";

    /// <summary>Gets whom the client asks to act as; empty for itself.</summary>
    public string AuthorizationId => _first?.AuthorizationId ?? "";

    /// <summary>Receives the client's first message.</summary>
    /// <returns>What is wrong with it; null to go on with <see cref="Challenge"/>.</returns>
    public SaslFailure? ReceiveFirst(ReadOnlySpan<byte> message) =>
        _first is not null ? SaslFailure.Unexpected : ScramClientFirst.Decode(message, out _first);

    /// <summary>Makes the challenge.</summary>
    /// <param name="credential">What is kept of the password; for a name that nobody has, one that nobody can meet.</param>
    /// <exception cref="InvalidOperationException">No first message was received.</exception>
    public byte[] Challenge(ScramCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        ScramClientFirst first = _first ?? throw new InvalidOperationException("The challenge follows the client's first message.");
        _credential = credential;
        _challenge = ScramServerFirst.Make(first.Nonce + _nonce, credential.Salt, credential.Iterations);
        return Encoding.UTF8.GetBytes(_challenge.ToString());
    }

    /// <summary>Receives the client's last message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="answer">The server's own proof, to be sent; empty if the client's is wrong.</param>
    /// <returns>What is wrong with it; null if the client knows the password.</returns>
    public SaslFailure? ReceiveFinal(ReadOnlySpan<byte> message, out byte[] answer)
    {
        answer = [];
        if (_challenge is not { } challenge)
        {
            return SaslFailure.Unexpected;
        }

        // one proof per challenge
        _challenge = null;
        if (ScramClientFinal.Decode(message, out ScramClientFinal? final) is { } fault)
        {
            return fault;
        }

        // RFC 5802 §5.1: the nonce is the one of the challenge, the binding the header of the first message
        if (final!.Nonce != challenge.Nonce)
        {
            return SaslFailure.NonceMismatch;
        }

        if (final.Binding != Convert.ToBase64String(Encoding.UTF8.GetBytes(_first!.Header)))
        {
            return SaslFailure.ChannelBindingRefused;
        }

        string conversation = $"{_first.Bare},{challenge},{final.WithoutProof}";
        if (!ScramProof.IsRight(final.Proof, _credential!.StoredKey, conversation))
        {
            return SaslFailure.WrongCredentials;
        }

        answer = Encoding.UTF8.GetBytes(ScramServerFinal.Make(ScramProof.Sign(_credential.ServerKey, conversation)));
        return null;
    }
}
