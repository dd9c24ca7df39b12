using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;
using Ropewalk.Hosting;
using Ropewalk.WebSockets;

namespace Ropewalk.Chat.Irc.Server.WebClient;

/// <summary>Serves people with a browser: a page at <c>/</c>, and IRC in a WebSocket at <c>/socket</c>, on one port.</summary>
/// <remarks>
/// A conversation comes from the address that its HTTP connection comes from, and is secure where that is. <b>Call</b>: listen with
/// <see cref="Connections"/>. <b>Lifetime</b>: dispose it when its endpoints have let go of it, before the server.
/// </remarks>
public sealed class IrcWebClient : IAsyncDisposable
{
    // nothing from elsewhere, nothing inline, no frames, no forms that go anywhere
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly IrcServer _server;
    private readonly WebSocketServerOptions _socket;
    private KestrelApplication _http = null!;

    private IrcWebClient(IrcServer server, IrcWebClientOptions options)
    {
        _server = server;
        Hosts = options.Hosts;
        _socket = new WebSocketServerOptions
        {
            Path = null,
            Messages = WebSocketMessages.Lines,
            // a line with its tags is 8,703 bytes at most
            MaxMessageBytes = 16 * 1024,
            InputLimitBytes = 64 * 1024,
            TimeProvider = options.TimeProvider,
            Subprotocols = { WebSocketSubprotocol.IrcText, WebSocketSubprotocol.IrcBinary },
        };
    }

    /// <summary>Gets what serves connections: <c>listener.ListenAsync("tcp:8067", web.Connections)</c>.</summary>
    public ConnectionDelegate Connections => _http.Connections;

    /// <summary>Gets or sets the names that are answered beside localhost and addresses; see <see cref="IrcWebClientOptions.Hosts"/>.</summary>
    public IReadOnlyList<string> Hosts { get; set; }

    /// <summary>Starts it. It listens on nothing by itself.</summary>
    /// <param name="server">Serves the conversations.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="IrcWebClientOptions.MaxConnections"/> is less than 1.</exception>
    public static async ValueTask<IrcWebClient> StartAsync(IrcServer server, IrcWebClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        options ??= new IrcWebClientOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConnections, 1, nameof(options));
        var client = new IrcWebClient(server, options);
        client._http = await KestrelApplication.StartAsync(
            client.HandleAsync, options.Services, kestrel => SetLimits(kestrel, options.MaxConnections), new KestrelApplicationOptions { TimeProvider = options.TimeProvider }, cancellationToken);
        return client;
    }

    /// <summary>Ends what is left of its connections.</summary>
    public ValueTask DisposeAsync() => _http.DisposeAsync();

    // The page needs little: no body is ever sent to it. The rest is what a site of `ropewalk web` has, from nginx and Apache.
    private static void SetLimits(KestrelServerOptions kestrel, int connections)
    {
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxConcurrentConnections = connections;
        limits.MaxConcurrentUpgradedConnections = connections;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestBufferSize = 36 * 1024;
        limits.MaxRequestBodySize = 64 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(20);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
    }

    private Task HandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!IsKnownName(context))
        {
            return SayAsync(context, StatusCodes.Status421MisdirectedRequest, "This name is not answered here. Use the address, or add the name to irc.web-hosts.\n");
        }

        if (request.Path == "/socket")
        {
            return context.AcceptConnectionAsync(_socket, _server.OnConnectedAsync);
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return SayAsync(context, StatusCodes.Status405MethodNotAllowed, "Only GET and HEAD.\n");
        }

        return WebAsset.All.TryGetValue(request.Path.Value ?? "", out WebAsset? asset)
            ? SendAsync(context, asset)
            : SayAsync(context, StatusCodes.Status404NotFound, "Not here. The page is at /.\n");
    }

    // DNS rebinding: a site elsewhere can have its own name resolve to an address inside, and its pages are then of the same host as this one. An address
    // cannot be rebound. Who comes in by a public address could come in without a browser, too.
    private bool IsKnownName(HttpContext context)
    {
        if (Hosts.Count == 0 && (context.Connection.LocalIpAddress is not { } local || !IsInside(local)))
        {
            return true;
        }

        string name = context.Request.Host.Host.TrimStart('[').TrimEnd(']', '.');
        return name.Length == 0 || name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(name, out _) || Hosts.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    // Loopback, and what is not routed from elsewhere: RFC 1918 §3, RFC 3927 §2.1, RFC 4193 §3.1, RFC 4291 §2.5.6.
    internal static bool IsInside(IPAddress address)
    {
        IPAddress one = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(one) || one.IsIPv6LinkLocal || one.IsIPv6UniqueLocal)
        {
            return true;
        }

        byte[] bytes = one.GetAddressBytes();
        return bytes.Length == 4
            && (bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254));
    }

    private static Task SendAsync(HttpContext context, WebAsset asset)
    {
        SetHeaders(context.Response);
        context.Response.Headers.ETag = asset.Tag;
        // The names say no version: browsers ask each time, and mostly hear that nothing has changed.
        context.Response.Headers.CacheControl = "no-cache";
        // RFC 9110 §13.1.2: the comparison is weak.
        if (EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out IList<EntityTagHeaderValue>? known)
            && known.Any(tag => tag.Tag == asset.Tag || tag.Tag == "*"))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return SendAsync(context, asset.Type, asset.Bytes);
    }

    private static Task SayAsync(HttpContext context, int code, string text)
    {
        SetHeaders(context.Response);
        context.Response.StatusCode = code;
        context.Response.Headers.CacheControl = "no-store";
        return SendAsync(context, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static Task SendAsync(HttpContext context, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static void SetHeaders(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
