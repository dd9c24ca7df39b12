using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Relay;
using Ropewalk.Server;

namespace Ropewalk.Bench;

/// <summary>Relays to the port of loopback that <c>--to</c> names.</summary>
internal static class RelayServer
{
    public static async Task<IAsyncDisposable> StartAsync(BenchArguments arguments)
    {
        EndpointContext context = arguments.CreateContext();
        var target = new IPEndPoint(IPAddress.Loopback, arguments.To);
        var relay = new RelayHandler((_, cancellationToken) => context.StreamConnections.ConnectAsync(target, cancellationToken));
        var server = new ConnectionServer(context);
        await server.ListenAsync(arguments.EndpointSpec, relay.OnConnectedAsync);
        return server;
    }
}
