using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Ropewalk.Security.Tls;

/// <summary>The system's TLS, with a place for the reason why a certificate was refused.</summary>
internal sealed class TlsStream(TransportStream transport) : SslStream(transport, leaveInnerStreamOpen: true)
{
    public string? Refusal { get; private set; }

    /// <summary>Notes a reason. Returns false, for a validation callback to return.</summary>
    public static bool Refuse(object sender, string reason)
    {
        if (sender is TlsStream stream)
        {
            stream.Refusal = reason;
        }

        return false;
    }

    public static string Describe(SslPolicyErrors errors, X509Chain? chain)
    {
        var reasons = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            reasons.Add("it is for another name");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            reasons.AddRange(chain?.ChainStatus.Select(status => Explain(status.Status)).Distinct() ?? ["its chain does not hold"]);
        }

        return string.Join(", ", reasons);
    }

    private static string Explain(X509ChainStatusFlags status) => status switch
    {
        X509ChainStatusFlags.UntrustedRoot => "no trusted authority signed it",
        X509ChainStatusFlags.PartialChain => "its issuer is unknown",
        X509ChainStatusFlags.NotTimeValid => "it has expired or is not valid yet",
        X509ChainStatusFlags.NotValidForUsage => "it is not meant for this use",
        X509ChainStatusFlags.NotSignatureValid => "its signature is wrong",
        _ => status.ToString(),
    };
}
