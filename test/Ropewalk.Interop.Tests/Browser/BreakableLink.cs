using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Relay;
using Ropewalk.Server;

namespace Ropewalk.Interop.Tests.Browser;

/// <summary>Is a port through which a server is reached, until the link is cut.</summary>
internal sealed class BreakableLink : IAsyncDisposable
{
    private readonly ConnectionServer _server = new();
    private readonly ConcurrentBag<ConnectionContext> _open = [];
    private readonly RelayHandler _relay;
    private volatile bool _isCut;

    private BreakableLink(int port)
    {
        var to = EndpointSpec.Tcp("127.0.0.1", port);
        var client = new ConnectionClient();
        _relay = new RelayHandler((_, cancel) => client.ConnectAsync(to, cancel), new RelayOptions(), TimeProvider.System, NullLogger<RelayHandler>.Instance);
    }

    public int Port { get; private set; }

    public static async Task<BreakableLink> StartAsync(int port)
    {
        var link = new BreakableLink(port);
        Listening listening = await link._server.ListenAsync(EndpointSpec.Parse("tcp:127.0.0.1:0"), link.ServeAsync);
        link.Port = ((IPEndPoint)listening.EndPoint).Port;
        return link;
    }

    /// <summary>Cuts all connections, and refuses new ones.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (ConnectionContext connection in _open)
        {
            connection.Abort();
        }
    }

    public void Mend() => _isCut = false;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task ServeAsync(ConnectionContext connection)
    {
        if (_isCut)
        {
            connection.Abort();
            return Task.CompletedTask;
        }

        _open.Add(connection);
        return _relay.OnConnectedAsync(connection);
    }
}
