using Ropewalk.Client;
using Ropewalk.Endpoints;

namespace Ropewalk.Testing;

/// <summary>Gives <c>HttpClient</c> connections that no socket carries: of a simulated host, or of a network in memory.</summary>
public static class HttpConnections
{
    /// <summary>
    /// Creates a handler whose connections come from a context: to the host and port of each request's address, or all of them to one endpoint.
    /// </summary>
    /// <param name="context">A simulated host's, or one whose <c>mem:</c> names a server listens on.</param>
    /// <param name="to">Where every request goes, such as <c>mem:web</c>; null for <c>tcp:</c> and the request's host and port.</param>
    public static SocketsHttpHandler CreateHttpHandler(this EndpointContext context, string? to = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        var client = new ConnectionClient(context);
        return new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (request, cancellationToken) =>
            {
                EndpointSpec endpoint = to is null ? EndpointSpec.Tcp(request.DnsEndPoint.Host, request.DnsEndPoint.Port) : EndpointSpec.Parse(to, context.Schemes);
                return new ConnectionStream(await client.ConnectAsync(endpoint, cancellationToken));
            },
        };
    }

    /// <summary>Creates a client on such a handler. It has no timeout, because its own runs on the system's clock: give each request a token.</summary>
    /// <inheritdoc cref="CreateHttpHandler"/>
    public static HttpClient CreateHttpClient(this EndpointContext context, string? to = null) =>
        new(CreateHttpHandler(context, to)) { Timeout = Timeout.InfiniteTimeSpan };
}
