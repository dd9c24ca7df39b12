using Microsoft.AspNetCore.Connections;

namespace Ropewalk.WebSockets;

/// <summary>The server's handshake before a handler, and the orderly close after it.</summary>
internal sealed class WebSocketMiddleware(ConnectionDelegate next, WebSocketServerOptions options)
{
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (await WebSocketHandshake.AcceptAsync(connection, options, CancellationToken.None) is { } layer)
        {
            await ServeAsync(connection, layer, next);
        }
    }

    public static async Task ServeAsync(ConnectionContext connection, WebSocketTransport layer, ConnectionDelegate next)
    {
        layer.Install();
        try
        {
            // what throws is aborted by the server: no close frame, so that the peer does not take half an answer for a whole one
            await next(connection);
            await layer.DisposeAsync();
        }
        finally
        {
            layer.Uninstall();
        }
    }
}
