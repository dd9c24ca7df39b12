using Ropewalk.Security.Sasl.Wire;

namespace Ropewalk.Security.Sasl.Session;

/// <summary>The client's side of PLAIN: one message. <b>Spec</b>: RFC 4616 §2.</summary>
internal sealed class PlainClient(string authorizationId, string name, string password) : SaslClientMechanism
{
    private bool _isSent;

    public override string Name => SaslMechanism.Plain;

    private protected override SaslFailure? Respond(ReadOnlySpan<byte> challenge, out byte[] response)
    {
        response = [];
        if (_isSent || !challenge.IsEmpty)
        {
            return SaslFailure.Unexpected;
        }

        byte[]? message = new PlainMessage(authorizationId, name, password).Encode();
        _isSent = message is not null;
        response = message ?? [];
        return _isSent ? null : SaslFailure.NoCredentials;
    }

    private protected override SaslFailure? Complete(ReadOnlySpan<byte> final) => _isSent && final.IsEmpty ? null : SaslFailure.Unexpected;
}
