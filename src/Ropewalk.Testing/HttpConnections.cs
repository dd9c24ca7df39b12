using Ropewalk.Client;
using Ropewalk.Endpoints;

namespace Ropewalk.Testing;

/// <summary>Gives <c>HttpClient</c> connections that no socket carries: of a simulated host, or of a network in memory.</summary>
public static class HttpConnections
{
    /// <summary>
    /// Creates a handler whose connections come from a context: to the host and port of each request's address, or all of them to one endpoint.
    /// </summary>
    /// <remarks>
    /// For <c>https:</c> addresses the handler speaks TLS on these connections itself (<see cref="SocketsHttpHandler.SslOptions"/>). With a <c>tls:</c>
    /// endpoint it is the engine that does, and the addresses are <c>http:</c>. HTTP/2 without TLS is spoken where a request asks for exactly that version.
    /// The handler's own timeouts, such as that of idle connections, run on the system's clock.
    /// </remarks>
    /// <param name="context">A simulated host's, or one whose <c>mem:</c> names a server listens on.</param>
    /// <param name="to">Where every request goes, such as <c>mem:web</c>; null for <c>tcp:</c> and the request's host and port.</param>
    /// <exception cref="FormatException"><paramref name="to"/> is no endpoint.</exception>
    public static SocketsHttpHandler CreateHttpHandler(this EndpointContext context, string? to = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        var client = new ConnectionClient(context);
        EndpointSpec? all = to is null ? null : EndpointSpec.Parse(to, context.Schemes);
        return new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (request, cancellationToken) =>
            {
                // an IPv6 address comes as it stands in the URI, in brackets
                EndpointSpec endpoint = all ?? EndpointSpec.Tcp(request.DnsEndPoint.Host.Trim('[', ']'), request.DnsEndPoint.Port);
                return new ConnectionStream(await client.ConnectAsync(endpoint, cancellationToken));
            },
        };
    }

    /// <summary>Creates a client on such a handler. It has no timeout, because its own runs on the system's clock: give each request a token.</summary>
    /// <inheritdoc cref="CreateHttpHandler"/>
    public static HttpClient CreateHttpClient(this EndpointContext context, string? to = null) =>
        new(CreateHttpHandler(context, to)) { Timeout = Timeout.InfiniteTimeSpan };
}
