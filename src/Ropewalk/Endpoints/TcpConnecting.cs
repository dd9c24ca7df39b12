using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Diagnostics;

namespace Ropewalk.Endpoints;

/// <summary>Connects to the host and port of an endpoint.</summary>
internal static class TcpConnecting
{
    public static async ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        int port = spec.Port ?? throw new ArgumentException($"The endpoint {spec} has no port.", nameof(spec));
        if (spec.Host is null || port == 0)
        {
            throw new EndpointException($"Cannot connect to {spec}: name a host and a port from 1 to 65535.", ErrorSide.Local);
        }

        if (spec.Address is not { } address)
        {
            return await HappyEyeballs.ConnectAsync(spec, context, cancellationToken);
        }

        try
        {
            return await context.StreamConnections.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
        }
        catch (Exception exception) when (EndpointFailure.IsExpected(exception))
        {
            throw EndpointFailure.OfConnecting(spec, exception);
        }
    }
}
