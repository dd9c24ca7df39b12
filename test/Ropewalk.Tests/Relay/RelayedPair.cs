using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Memory;
using Ropewalk.Transports.Reactor;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.Relay;

/// <summary>Is a client and a server with a place for a relay between them: <c>Client – Near · Far – Server</c>.</summary>
internal sealed class RelayedPair : IAsyncDisposable
{
    private static readonly Lazy<ReactorTransport> Reactor = new(() => new ReactorTransport());

    private RelayedPair((ConnectionContext Client, ConnectionContext Near) left, (ConnectionContext Far, ConnectionContext Server) right)
    {
        (Client, Near) = left;
        (Far, Server) = right;
    }

    public ConnectionContext Client { get; }

    public ConnectionContext Near { get; }

    public ConnectionContext Far { get; }

    public ConnectionContext Server { get; }

    /// <summary>Makes the pair on <c>memory</c>, <c>sockets</c> or <c>reactor</c>.</summary>
    public static async Task<RelayedPair> CreateAsync(string transport)
    {
        switch (transport)
        {
            case "memory":
                return new RelayedPair(MemoryTransport.CreatePair(), MemoryTransport.CreatePair());
            case "sockets":
                var sockets = new SocketTransport();
                return new RelayedPair(await PairAsync(sockets, sockets), await PairAsync(sockets, sockets));
            default:
                Assert.SkipUnless(OperatingSystem.IsLinux(), "the reactor is Linux's");
                return new RelayedPair(await PairAsync(Reactor.Value, Reactor.Value), await PairAsync(Reactor.Value, Reactor.Value));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ConnectionContext connection in (ConnectionContext[])[Client, Near, Far, Server])
        {
            connection.Abort(new ConnectionAbortedException("the test is over"));
            await connection.DisposeAsync();
        }
    }

    private static async Task<(ConnectionContext Connecting, ConnectionContext Accepted)> PairAsync(IConnectionListenerFactory listeners, IConnectionFactory connections)
    {
        await using IConnectionListener listener = await listeners.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        ConnectionContext connecting = await connections.ConnectAsync(listener.EndPoint);
        return (connecting, (await listener.AcceptAsync())!);
    }
}
