using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>
/// Listens on and connects to <c>unix:PATH[:mode=660]</c>. A stale socket file is replaced only if nobody listens on it; any other file is
/// left alone. The file is removed when listening ends. <c>unix:@NAME</c> is Linux's abstract namespace.
/// </summary>
public sealed class UnixEndpointScheme : IEndpointScheme
{
    /// <inheritdoc/>
    public EndpointSyntax Syntax => EndpointSyntax.Unix;

    /// <inheritdoc/>
    public async ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        UnixFileMode? mode = spec.Get("mode") is { } octal ? (UnixFileMode)Convert.ToInt32(octal, 8) : null;
        try
        {
            FileHandleEndPoint handle = UnixSocketFile.Listen(spec.Path, mode, new SocketTransportOptions().Backlog);
            IConnectionListener listener = await context.StreamListeners.BindAsync(handle, cancellationToken);
            return new EndpointListener(new UnixListener(listener, spec.Path));
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw PathTooLong(spec, exception);
        }
        catch (AddressInUseException exception)
        {
            throw new EndpointException($"Cannot listen on {spec}: {exception.Message}.", ErrorSide.Local, exception);
        }
        catch (Exception exception) when (EndpointFailure.IsExpected(exception))
        {
            throw EndpointFailure.OfListening(spec, exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await context.StreamConnections.ConnectAsync(UnixSocketFile.EndPointOf(spec.Path), cancellationToken);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw PathTooLong(spec, exception);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressNotAvailable)
        {
            // ENOENT has no name of its own among the socket errors
            throw new EndpointException($"Cannot connect to {spec}: there is no such socket.", ErrorSide.Remote, exception);
        }
        catch (Exception exception) when (EndpointFailure.IsExpected(exception))
        {
            throw EndpointFailure.OfConnecting(spec, exception);
        }
    }

    private static EndpointException PathTooLong(EndpointSpec spec, Exception exception) =>
        new($"The endpoint {spec} has a path that is too long for a Unix socket (108 bytes on Linux).", ErrorSide.Local, exception);
}
