using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Endpoints;

/// <summary>Connects to the host and port of an endpoint.</summary>
internal static class TcpConnecting
{
    public static async ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        int port = spec.Port ?? throw new ArgumentException($"The endpoint {spec} has no port.", nameof(spec));
        try
        {
            return await context.RequireConnections().ConnectAsync(new IPEndPoint(spec.Address ?? IPAddress.Loopback, port), cancellationToken);
        }
        catch (Exception exception) when (EndpointFailure.IsExpected(exception))
        {
            throw EndpointFailure.OfConnecting(spec, exception);
        }
    }
}
