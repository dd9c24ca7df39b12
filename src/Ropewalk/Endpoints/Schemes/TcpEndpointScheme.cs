using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>Listens on and connects to <c>tcp:[HOST:]PORT</c>.</summary>
public sealed class TcpEndpointScheme : IEndpointScheme
{
    /// <inheritdoc/>
    public EndpointSyntax Syntax => EndpointSyntax.Tcp;

    /// <inheritdoc/>
    public async ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken) =>
        new(await context.ListenTcpAsync(spec, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken) =>
        context.ConnectTcpAsync(spec, cancellationToken);
}
