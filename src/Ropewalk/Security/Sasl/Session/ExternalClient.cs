using System.Text;

namespace Ropewalk.Security.Sasl.Session;

/// <summary>The client's side of EXTERNAL: one message, whom to act as, empty for whom the certificate names. <b>Spec</b>: RFC 4422 §A.1.</summary>
internal sealed class ExternalClient(string authorizationId) : SaslClientMechanism
{
    private bool _isSent;

    public override string Name => SaslMechanism.External;

    private protected override SaslFailure? Respond(ReadOnlySpan<byte> challenge, out byte[] response)
    {
        response = [];
        if (_isSent || !challenge.IsEmpty)
        {
            return SaslFailure.Unexpected;
        }

        _isSent = true;
        response = Encoding.UTF8.GetBytes(authorizationId);
        return null;
    }

    private protected override SaslFailure? Complete(ReadOnlySpan<byte> final) => _isSent && final.IsEmpty ? null : SaslFailure.Unexpected;
}
