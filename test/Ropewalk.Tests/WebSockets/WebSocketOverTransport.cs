using Microsoft.AspNetCore.Connections;
using Ropewalk.Tests.Transports;
using Ropewalk.WebSockets;

namespace Ropewalk.Tests.WebSockets;

/// <summary>A transport with an opening handshake before each connection is handed over.</summary>
internal sealed class WebSocketOverTransport(IConnectionListenerFactory listeners, IConnectionFactory clients) : LayerOverTransport(listeners, clients)
{
    // disposing waits for a peer's close, which in many of these tests does not come
    private readonly WebSocketServerOptions _server = new() { CloseTimeout = TimeSpan.FromMilliseconds(100), MaxMessageBytes = 64 * 1024 * 1024 };
    private readonly WebSocketClientOptions _client = new() { CloseTimeout = TimeSpan.FromMilliseconds(100), MaxMessageBytes = 64 * 1024 * 1024, Host = "test" };

    protected override ValueTask UpgradeClientAsync(ConnectionContext connection, CancellationToken cancellationToken) => connection.UpgradeToWebSocketAsync(_client, cancellationToken);

    protected override async ValueTask UpgradeServerAsync(ConnectionContext connection, CancellationToken cancellationToken) => await connection.UpgradeToWebSocketAsync(_server, cancellationToken);
}
