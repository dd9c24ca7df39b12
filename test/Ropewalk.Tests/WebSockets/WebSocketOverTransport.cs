using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.WebSockets;

namespace Ropewalk.Tests.WebSockets;

/// <summary>A transport with an opening handshake before each connection is handed over.</summary>
internal sealed class WebSocketOverTransport(IConnectionListenerFactory listeners, IConnectionFactory clients) : IConnectionListenerFactory, IConnectionFactory
{
    // disposing waits for a peer's close, which in many of these tests does not come
    private readonly WebSocketServerOptions _server = new() { CloseTimeout = TimeSpan.FromMilliseconds(100), MaxMessageBytes = 64 * 1024 * 1024 };
    private readonly WebSocketClientOptions _client = new() { CloseTimeout = TimeSpan.FromMilliseconds(100), MaxMessageBytes = 64 * 1024 * 1024, Host = "test" };

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await listeners.BindAsync(endpoint, cancellationToken), _server);

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ConnectionContext connection = await clients.ConnectAsync(endpoint, cancellationToken);
        await connection.UpgradeToWebSocketAsync(_client, cancellationToken);
        return connection;
    }

    private sealed class Listener(IConnectionListener inner, WebSocketServerOptions options) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            ConnectionContext? connection = await inner.AcceptAsync(cancellationToken);
            if (connection is not null)
            {
                await connection.UpgradeToWebSocketAsync(options, cancellationToken);
            }

            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
