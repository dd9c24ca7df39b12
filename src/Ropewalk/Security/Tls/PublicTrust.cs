using System.Security.Cryptography.X509Certificates;
using Ropewalk.Endpoints;

namespace Ropewalk.Security.Tls;

/// <summary>Says whether everybody trusts an endpoint's certificates: what a server must know before it tells clients to insist on TLS from now on (HSTS, IRCv3 STS).</summary>
public static class PublicTrust
{
    /// <summary>Looks at the certificates of a <c>tls:</c> endpoint. Nothing is downloaded, and revocation is not asked for. <b>Call</b>: where files may be read.</summary>
    /// <returns>Null if what the system trusts vouches for each of them now; else why not, in words.</returns>
    /// <exception cref="EndpointException">The endpoint's certificates cannot be read.</exception>
    public static string? FindObstacle(EndpointSpec endpoint, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(time);
        return FindObstacle(endpoint, time, roots: null);
    }

    /// <summary>Looks at the certificates of an endpoint, trusting others than the system does.</summary>
    internal static string? FindObstacle(EndpointSpec endpoint, TimeProvider time, X509Certificate2Collection? roots)
    {
        if (endpoint.Scheme is not ("tls" or "wss"))
        {
            return $"'{endpoint}' is not protected by TLS";
        }

        TlsServerOptions options = TlsEndpointOptions.ForServer(endpoint, time);
        foreach (ServerCertificate certificate in options.Certificates!.Certificates)
        {
            if (FindObstacle(certificate, time, roots) is { } obstacle)
            {
                return $"{certificate}: {obstacle}";
            }
        }

        return null;
    }

    private static string? FindObstacle(ServerCertificate certificate, TimeProvider time, X509Certificate2Collection? roots)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().LocalDateTime;
        // RFC 5280 §4.2.1.12: for servers
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        foreach (X509Certificate2 intermediate in certificate.Context.IntermediateCertificates)
        {
            chain.ChainPolicy.ExtraStore.Add(intermediate);
        }

        if (roots is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return chain.Build(certificate.Certificate) ? null : string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct());
    }
}
