using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>Listens on and connects to <c>mem:NAME</c> in the context's memory network.</summary>
public sealed class MemoryEndpointScheme : IEndpointScheme
{
    /// <inheritdoc/>
    public EndpointSyntax Syntax => EndpointSyntax.Memory;

    /// <inheritdoc/>
    public async ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        try
        {
            return new EndpointListener(await context.Memory.BindAsync(new MemoryEndPoint(spec.Path), cancellationToken));
        }
        catch (AddressInUseException exception)
        {
            throw EndpointFailure.OfListening(spec, exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Memory.ConnectAsync(new MemoryEndPoint(spec.Path), cancellationToken);
        }
        catch (SocketException exception)
        {
            throw EndpointFailure.OfConnecting(spec, exception);
        }
    }
}
