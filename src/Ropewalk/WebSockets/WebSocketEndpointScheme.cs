using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;

namespace Ropewalk.WebSockets;

/// <summary>Listens on and connects to <c>ws:[HOST:]PORT</c> and <c>wss:[HOST:]PORT</c>: the latter is the former over <c>tls:</c>, with its keys.</summary>
public sealed class WebSocketEndpointScheme : IEndpointScheme
{
    private readonly bool _isSecure;

    private WebSocketEndpointScheme(EndpointSyntax syntax, bool isSecure)
    {
        Syntax = syntax;
        _isSecure = isSecure;
    }

    /// <inheritdoc/>
    public EndpointSyntax Syntax { get; }

    /// <summary>Creates the scheme <c>ws:</c>.</summary>
    public static WebSocketEndpointScheme Create() => new(EndpointSyntax.WebSocket, isSecure: false);

    /// <summary>Creates the scheme <c>wss:</c>.</summary>
    public static WebSocketEndpointScheme CreateSecure() => new(EndpointSyntax.SecureWebSocket, isSecure: true);

    /// <inheritdoc/>
    public async ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(context);
        var options = new WebSocketServerOptions { TimeProvider = context.TimeProvider };
        WebSocketEndpointOptions.Apply(spec, options);
        foreach (string origin in spec.GetList("origin"))
        {
            options.Origins.Add(origin);
        }

        Check(spec, options);
        EndpointListener inner = await context.ListenAsync(Below(spec), cancellationToken);
        return new EndpointListener(inner.Listener, next =>
        {
            ConnectionDelegate front = new WebSocketMiddleware(next, options).OnConnectionAsync;
            return inner.Front is null ? front : inner.Front(front);
        });
    }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(context);
        var options = new WebSocketClientOptions { TimeProvider = context.TimeProvider, Origin = spec.Get("origin"), Host = WebSocketEndpointOptions.HostOf(spec, _isSecure) };
        WebSocketEndpointOptions.Apply(spec, options);
        Check(spec, options);
        ConnectionContext connection = await context.ConnectAsync(Below(spec), cancellationToken);
        try
        {
            await connection.UpgradeToWebSocketAsync(options, cancellationToken);
            return connection;
        }
        catch (Exception exception)
        {
            await connection.DisposeAsync();
            throw exception is WebSocketHandshakeException failure ? new EndpointException($"Cannot connect to {spec}: {failure.Message}", failure.Side, failure) : exception;
        }
    }

    private static void Check(EndpointSpec spec, WebSocketOptions options)
    {
        try
        {
            options.Validate();
        }
        catch (Microsoft.Extensions.Options.OptionsValidationException wrong)
        {
            throw new EndpointException($"Cannot use {spec}: {string.Join(' ', wrong.Failures)}", ErrorSide.Local, wrong);
        }
    }

    private EndpointSpec Below(EndpointSpec spec) => new(
        _isSecure ? EndpointSyntax.Tls.Name : EndpointSyntax.Tcp.Name,
        spec.Host,
        spec.Port,
        "",
        _isSecure ? [.. spec.Keys.Where(pair => EndpointSyntax.Tls.Keys.Any(key => key.Name == pair.Name))] : [],
        null);
}
