using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.WebSockets;

/// <summary>Runs an application of connections inside an ASP.NET request: one port serves a page and its WebSocket.</summary>
public static class WebSocketHttpContextExtensions
{
    /// <summary>
    /// Opens the WebSocket that a request asks for, and runs an application over it as over any connection. A request that asks for none, or
    /// that the options refuse, is answered: 426, 403, 400.
    /// </summary>
    /// <remarks>
    /// <b>Call</b>: in a handler of a route, which has looked at the path; <see cref="WebSocketOptions.Path"/> is not looked at. HTTP/1.1 only:
    /// what HTTP/2 has for it (RFC 8441) is answered with 426, and browsers that are refused it on HTTP/2 open a connection of their own with
    /// HTTP/1.1. <b>Lifetime</b>: the request lasts as long as the connection.
    /// </remarks>
    /// <param name="context">The request.</param>
    /// <param name="options">How.</param>
    /// <param name="application">Serves the connection. Its addresses and its features are those of the request's connection.</param>
    /// <returns>Completes when the connection has ended, or the request was refused.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Something in the options is wrong; all errors are told.</exception>
    public static async Task AcceptConnectionAsync(this HttpContext context, WebSocketServerOptions options, ConnectionDelegate application)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(application);
        options.Validate();
        IHttpUpgradeFeature? upgrade = context.Features.Get<IHttpUpgradeFeature>();
        HandshakeRefusal? refusal = Check(context, upgrade, out WebSocketRequest? request);
        if (refusal is null && !WebSocketOrigin.IsAllowed(request!.Origin, request.Host, [.. options.Origins]))
        {
            refusal = new HandshakeRefusal(403, "Pages of this origin may not connect.");
        }

        if (refusal is not null)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        WebSocketSubprotocol? chosen = WebSocketHandshake.Choose(request!, options);
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.SecWebSocketAccept = WebSocketKey.Accept(request!.Key);
        if (chosen is not null)
        {
            context.Response.Headers.SecWebSocketProtocol = chosen.Name;
        }

        Stream stream = await upgrade!.UpgradeAsync();
        await using var connection = new UpgradedConnection(context, stream);
        var layer = new WebSocketTransport(connection, connection.Transport, queue: null, options, request, chosen);
        try
        {
            await WebSocketMiddleware.ServeAsync(connection, layer, application);
        }
        catch
        {
            // half an answer is not to be taken for a whole one
            connection.Abort();
            throw;
        }
    }

    // Kestrel has read the request: what is looked at here is what makes it one for a WebSocket
    private static HandshakeRefusal? Check(HttpContext context, IHttpUpgradeFeature? upgrade, out WebSocketRequest? request)
    {
        request = null;
        HttpRequest asked = context.Request;
        if (upgrade is not { IsUpgradableRequest: true } || !HttpMethods.IsGet(asked.Method) || !Lists(asked.Headers.Upgrade, "websocket") || !Lists(asked.Headers.Connection, "Upgrade"))
        {
            return new HandshakeRefusal(426, "Here is a WebSocket, and no page.");
        }

        if (asked.Headers.SecWebSocketVersion is not ["13"])
        {
            return new HandshakeRefusal(426, "Version 13 of the WebSocket protocol is spoken here.");
        }

        if (asked.Headers.SecWebSocketKey is not [{ } key] || !WebSocketKey.IsValid(key) || asked.Headers.Origin.Count > 1)
        {
            return new HandshakeRefusal(400, "Sec-WebSocket-Key is not 16 bytes in base64.");
        }

        string[] protocols = [.. asked.Headers.SecWebSocketProtocol.SelectMany(line => (line ?? "").Split(',')).Select(name => name.Trim(' ', '\t')).Where(name => name.Length > 0)];
        if (protocols.Any(name => !HeaderBlockDecoder.IsToken(name)))
        {
            return new HandshakeRefusal(400, "Sec-WebSocket-Protocol is not a list of names.");
        }

        request = new WebSocketRequest(
            asked.PathBase.Add(asked.Path).ToUriComponent(), asked.QueryString.HasValue ? asked.QueryString.Value![1..] : "", asked.Host.ToUriComponent(), asked.Headers.Origin is [{ } origin] ? origin : null, key, protocols);
        return null;
    }

    private static bool Lists(IEnumerable<string?> lines, string item) =>
        lines.SelectMany(line => (line ?? "").Split(',')).Any(found => found.Trim(' ', '\t').Equals(item, StringComparison.OrdinalIgnoreCase));

    private static Task RefuseAsync(HttpContext context, HandshakeRefusal refusal)
    {
        context.Response.StatusCode = refusal.Status;
        if (refusal.Status == 426)
        {
            context.Response.Headers.SecWebSocketVersion = "13";
            if (HttpProtocol.IsHttp11(context.Request.Protocol))
            {
                context.Response.Headers.Upgrade = "websocket";
                context.Response.Headers.Connection = "Upgrade";
            }
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(refusal.Text + "\n", context.RequestAborted);
    }
}
