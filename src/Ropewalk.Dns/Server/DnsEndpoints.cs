using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Server;

/// <summary>Completes endpoint strings for DNS.</summary>
public static class DnsEndpoints
{
    /// <summary>Gets the ALPN name that TLS endpoints offer. <b>Spec</b>: RFC 7858 §3.1.</summary>
    public const string Protocol = "dot";

    /// <summary>Adds what an endpoint string leaves open: UDP and TCP where no scheme is said (RFC 7766 §5: every server has both), the protocol's name where TLS is. Of sockets that were handed over (<c>fd:3</c>, <c>systemd:dns</c>) it looks which are which.</summary>
    /// <param name="endpoint">The endpoint as it was written.</param>
    /// <returns>The endpoints to listen on.</returns>
    public static IReadOnlyList<EndpointSpec> Complete(EndpointSpec endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.IsBare)
        {
            return [endpoint.WithScheme("udp"), endpoint.WithScheme("tcp")];
        }

        if (endpoint.Scheme is "fd" or "systemd")
        {
            return DatagramEndpoints.SplitInherited(endpoint);
        }

        return [endpoint.Scheme == "tls" && !endpoint.Has("alpn") ? endpoint.WithKey("alpn", Protocol) : endpoint];
    }
}
