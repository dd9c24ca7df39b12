using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;

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
            await next(connection);
            await layer.DisposeAsync();
        }
        catch (Exception exception)
        {
            // no close in good order: the peer must not take half an answer for a whole one
            layer.Abandon(exception is ProtocolException { Side: ErrorSide.Remote } ? WebSocketCloseCode.ProtocolError : WebSocketCloseCode.InternalError);
            throw;
        }
        finally
        {
            layer.Uninstall();
        }
    }
}
