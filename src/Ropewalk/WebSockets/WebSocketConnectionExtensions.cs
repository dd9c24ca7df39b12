using Microsoft.AspNetCore.Connections;

namespace Ropewalk.WebSockets;

/// <summary>Speaks WebSocket on connections of any transport.</summary>
public static class WebSocketConnectionExtensions
{
    /// <summary>Speaks WebSocket as the server before everything that is added after. A request that is none is answered in HTTP.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="options">How; checked here.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Something in the options is wrong; all errors are told.</exception>
    public static IConnectionBuilder UseWebSocket(this IConnectionBuilder builder, WebSocketServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return builder.Use(next => new WebSocketMiddleware(next, options).OnConnectionAsync);
    }

    /// <summary>Speaks WebSocket from here on, as the server: replaces <see cref="ConnectionContext.Transport"/> and sets the features.</summary>
    /// <returns>False if the request was refused: it is answered; dispose of the connection.</returns>
    public static async ValueTask<bool> UpgradeToWebSocketAsync(this ConnectionContext connection, WebSocketServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        WebSocketTransport? layer = await WebSocketHandshake.AcceptAsync(connection, options, cancellationToken);
        layer?.Install();
        return layer is not null;
    }

    /// <summary>Speaks WebSocket from here on, as the client: replaces <see cref="ConnectionContext.Transport"/> and sets the features.</summary>
    /// <exception cref="WebSocketHandshakeException">The server did not open a WebSocket. The connection's end reason says so; end it.</exception>
    public static async ValueTask UpgradeToWebSocketAsync(this ConnectionContext connection, WebSocketClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (await WebSocketHandshake.ConnectAsync(connection, options, cancellationToken)).Install();
    }
}
