using Ropewalk.Endpoints;

namespace Ropewalk.Web.Static.Server;

/// <summary>Completes endpoints for HTTP.</summary>
public static class WebEndpoints
{
    /// <summary>Gets the ALPN names that TLS endpoints offer: HTTP/2 first (RFC 9113 §3.2).</summary>
    public const string Protocols = "h2,http/1.1";

    /// <summary>Adds what an endpoint string leaves open: TCP where no scheme is said, HTTP's protocols where TLS is.</summary>
    /// <param name="endpoint">The endpoint as it was written.</param>
    /// <returns>The endpoint to listen on.</returns>
    public static EndpointSpec Complete(EndpointSpec endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.IsBare) endpoint = endpoint.WithScheme("tcp");
        return endpoint.Scheme == "tls" && !endpoint.Has("alpn") ? endpoint.WithKey("alpn", Protocols) : endpoint;
    }
}
