using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;

namespace Ropewalk.Endpoints;

/// <summary>Listens on the host and port of an endpoint.</summary>
internal static class TcpListening
{
    public static async ValueTask<IConnectionListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        int port = spec.Port ?? throw new ArgumentException($"The endpoint {spec} has no port.", nameof(spec));
        if (spec.Host is null)
        {
            return await BindAnyAsync(spec, port, context, cancellationToken);
        }

        return await BindAsync(spec, new IPEndPoint(spec.Address ?? IPAddress.Loopback, port), context, cancellationToken);
    }

    // one dual-stack socket takes both families; where the system has no IPv6 at all the IPv4 one does
    private static async ValueTask<IConnectionListener> BindAnyAsync(EndpointSpec spec, int port, EndpointContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await context.RequireListeners().BindAsync(new IPEndPoint(IPAddress.IPv6Any, port), cancellationToken);
        }
        catch (Exception exception) when (EndpointFailure.FindSocketError(exception)
            is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable or SocketError.ProtocolNotSupported)
        {
            return await BindAsync(spec, new IPEndPoint(IPAddress.Any, port), context, cancellationToken);
        }
        catch (Exception exception) when (EndpointFailure.IsExpected(exception))
        {
            throw EndpointFailure.OfListening(spec, exception);
        }
    }

    private static async ValueTask<IConnectionListener> BindAsync(EndpointSpec spec, EndPoint endPoint, EndpointContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await context.RequireListeners().BindAsync(endPoint, cancellationToken);
        }
        catch (Exception exception) when (EndpointFailure.IsExpected(exception))
        {
            throw EndpointFailure.OfListening(spec, exception);
        }
    }
}
