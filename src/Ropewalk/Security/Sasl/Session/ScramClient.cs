using System.Security.Cryptography;
using System.Text;
using Ropewalk.Security.Precis;
using Ropewalk.Security.Sasl.Wire;

namespace Ropewalk.Security.Sasl.Session;

/// <summary>
/// The client's side of SCRAM-SHA-256. It ends well only when the server has shown to know the password too: a server that skips its proof
/// fails, whatever it says.
/// </summary>
/// <remarks>
/// The server chooses the iterations, so they are bounded both ways: many would be work for nothing, few would let who listens guess
/// cheaply. <b>Spec</b>: RFC 5802 §5, RFC 7677 §4.
/// </remarks>
internal sealed class ScramClient(string authorizationId, string name, string password, string nonce, int minIterations, int maxIterations) : SaslClientMechanism
{
    private enum State
    {
        Start,
        FirstSent,
        FinalSent,
        Proven,
    }

    private readonly ScramClientFirst _first = ScramClientFirst.Make(authorizationId, name, nonce);
    private State _state;
    private byte[] _expected = [];

    public override string Name => SaslMechanism.ScramSha256;

    private protected override SaslFailure? Respond(ReadOnlySpan<byte> challenge, out byte[] response)
    {
        response = [];
        switch (_state)
        {
            case State.Start when challenge.IsEmpty:
                _state = State.FirstSent;
                response = Encoding.UTF8.GetBytes(_first.ToString());
                return name.Length > 0 ? null : SaslFailure.NoCredentials;

            case State.FirstSent:
                _state = State.FinalSent;
                return Prove(challenge, out response);

            // where success carries no bytes, the server's proof is one more challenge, and the response to it is empty
            case State.FinalSent:
                return Check(challenge);

            default:
                return SaslFailure.Unexpected;
        }
    }

    private protected override SaslFailure? Complete(ReadOnlySpan<byte> final) => _state switch
    {
        State.FinalSent => final.IsEmpty ? SaslFailure.ServerNotProven : Check(final),
        State.Proven => final.IsEmpty ? null : SaslFailure.Unexpected,
        _ => SaslFailure.ServerNotProven,
    };

    private SaslFailure? Prove(ReadOnlySpan<byte> challenge, out byte[] response)
    {
        response = [];
        if (ScramServerFirst.Decode(challenge, out ScramServerFirst? server) is { } fault)
        {
            return fault;
        }

        // RFC 5802 §5.1: the server's nonce begins with ours, and is longer
        if (!server!.Nonce.StartsWith(nonce, StringComparison.Ordinal) || server.Nonce.Length == nonce.Length)
        {
            return SaslFailure.NonceMismatch;
        }

        if (server.Iterations < minIterations || server.Iterations > maxIterations)
        {
            return SaslFailure.IterationsRefused;
        }

        if (!OpaqueStringProfile.TryPrepare(password, out byte[] prepared))
        {
            return SaslFailure.NoCredentials;
        }

        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(prepared, server.Salt, server.Iterations, HashAlgorithmName.SHA256, ScramProof.Bytes);
        string withoutProof = $"c={Convert.ToBase64String(Encoding.UTF8.GetBytes(_first.Header))},r={server.Nonce}";
        string conversation = $"{_first.Bare},{server},{withoutProof}";
        byte[] proof = ScramProof.Make(HMACSHA256.HashData(salted, "Client Key"u8), conversation);
        _expected = ScramProof.Sign(HMACSHA256.HashData(salted, "Server Key"u8), conversation);
        CryptographicOperations.ZeroMemory(prepared);
        CryptographicOperations.ZeroMemory(salted);
        response = Encoding.UTF8.GetBytes(new ScramClientFinal("", server.Nonce, proof, withoutProof).ToString());
        return null;
    }

    private SaslFailure? Check(ReadOnlySpan<byte> message)
    {
        if (ScramServerFinal.Decode(message, out byte[] signature) is { } fault)
        {
            return fault;
        }

        // RFC 5802 §3: the client checks the server's signature
        if (!CryptographicOperations.FixedTimeEquals(signature, _expected))
        {
            return SaslFailure.ServerNotProven;
        }

        _state = State.Proven;
        return null;
    }
}
