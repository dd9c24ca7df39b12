using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>Listens on <c>fd:N</c>: a listening socket that the parent process left open as descriptor N.</summary>
public sealed class FileDescriptorEndpointScheme : IEndpointScheme
{
    /// <inheritdoc/>
    public EndpointSyntax Syntax => EndpointSyntax.FileDescriptor;

    /// <inheritdoc/>
    public async ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken) =>
        new(await BindAsync(spec, int.Parse(spec.Path, CultureInfo.InvariantCulture), context, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken) =>
        throw new EndpointException($"Cannot connect to {spec}: the scheme {spec.Scheme}: only listens.", ErrorSide.Local);

    internal static async ValueTask<IConnectionListener> BindAsync(EndpointSpec spec, int descriptor, EndpointContext context, CancellationToken cancellationToken)
    {
        if (InheritedSocket.TryOpen(descriptor, out FileHandleEndPoint? endPoint) is { } wrong)
        {
            throw new EndpointException($"Cannot listen on {spec}: {wrong}.", ErrorSide.Local);
        }

        try
        {
            return await context.StreamListeners.BindAsync(endPoint!, cancellationToken);
        }
        catch (Exception exception) when (EndpointFailure.IsExpected(exception))
        {
            throw EndpointFailure.OfListening(spec, exception);
        }
    }
}
