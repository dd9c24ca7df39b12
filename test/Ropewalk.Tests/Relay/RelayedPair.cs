using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Memory;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.Relay;

/// <summary>Is a client and a server with a place for a relay between them: <c>Client – Near · Far – Server</c>.</summary>
internal sealed class RelayedPair : IAsyncDisposable
{
    private RelayedPair((ConnectionContext Client, ConnectionContext Near) left, (ConnectionContext Far, ConnectionContext Server) right)
    {
        (Client, Near) = left;
        (Far, Server) = right;
    }

    public ConnectionContext Client { get; }

    public ConnectionContext Near { get; }

    public ConnectionContext Far { get; }

    public ConnectionContext Server { get; }

    public static async Task<RelayedPair> CreateAsync(bool sockets)
    {
        return sockets ? new RelayedPair(await SocketPairAsync(), await SocketPairAsync()) : new RelayedPair(MemoryTransport.CreatePair(), MemoryTransport.CreatePair());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ConnectionContext connection in (ConnectionContext[])[Client, Near, Far, Server])
        {
            connection.Abort(new ConnectionAbortedException("the test is over"));
            await connection.DisposeAsync();
        }
    }

    private static async Task<(ConnectionContext Connecting, ConnectionContext Accepted)> SocketPairAsync()
    {
        var transport = new SocketTransport();
        await using IConnectionListener listener = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        ConnectionContext connecting = await transport.ConnectAsync(listener.EndPoint);
        return (connecting, (await listener.AcceptAsync())!);
    }
}
