using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints.ProxyProtocol;
using Ropewalk.Endpoints.ProxyProtocol.Client;
using Ropewalk.Endpoints.ProxyProtocol.Server;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>
/// Wraps another endpoint with the PROXY protocol: <c>proxy:trust=10.0.0.0/8:then=tcp\:25</c> reads the header that each of its connections
/// begins with; connecting sends one (<c>version=1</c> or <c>2</c>).
/// </summary>
public sealed class ProxyEndpointScheme : IEndpointScheme
{
    /// <summary>How long a header may take by default: 5 s (the protocol's own §2 asks for at least 3 s, for one lost segment).</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public EndpointSyntax Syntax => EndpointSyntax.Proxy;

    /// <inheritdoc/>
    public async ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        if (!spec.Has("trust"))
        {
            throw new EndpointException($"Cannot listen on {spec}: name the trusted senders with trust=, as trust=10.0.0.0/8.", ErrorSide.Local);
        }

        var front = new ProxyHeaderFront(spec, TrustedSenders.Parse(spec.GetList("trust")), spec.GetDuration("timeout") ?? DefaultTimeout, context);
        EndpointListener inner = await context.ListenAsync(spec.Inner!, cancellationToken);
        return new EndpointListener(inner.Listener, next => front.Wrap(inner.Front is null ? next : inner.Front(next)));
    }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        var factory = new HeaderSendingFactory(context.StreamConnections, context, spec.Get("version") == "1" ? 1 : 2);
        ConnectionContext connection = await context.With(factory).ConnectAsync(spec.Inner!, cancellationToken);
        if (!factory.WasUsed)
        {
            await factory.SendAsync(connection, cancellationToken);
        }

        return connection;
    }
}
