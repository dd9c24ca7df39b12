using Ropewalk.Endpoints;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.WebSockets;

/// <summary>Makes options of the keys of an endpoint string.</summary>
internal static class WebSocketEndpointOptions
{
    /// <summary>Gets the keys of <c>ws:</c>, which <c>wss:</c> has besides those of <c>tls:</c>.</summary>
    public static EndpointKey[] Keys { get; } =
    [
        new EndpointKey("path", "a path, as /irc") { IsValid = WebSocketOptions.IsPath },
        new EndpointKey("origin", "who may connect, separated by commas: *, hosts, https\\://host") { IsValid = value => value.Split(',').All(WebSocketOrigin.IsItem) },
        EndpointKey.Choice("messages", "bytes", "lines"),
        new EndpointKey("protocols", "subprotocols separated by commas, as text.ircv3.net/text,binary.ircv3.net/binary") { IsValid = value => value.Split(',').All(IsSubprotocol) },
        EndpointKey.Number("max", 125, int.MaxValue, "bytes"),
        EndpointKey.Duration("timeout", "how long the handshake may take"),
    ];

    public static void Apply(EndpointSpec spec, WebSocketOptions options)
    {
        options.Path = spec.Get("path") ?? "/";
        options.Messages = spec.Get("messages") == "lines" ? WebSocketMessages.Lines : WebSocketMessages.Bytes;
        options.MaxMessageBytes = (int)(spec.GetNumber("max") ?? options.MaxMessageBytes);
        options.HandshakeTimeout = spec.GetDuration("timeout") ?? options.HandshakeTimeout;
        foreach (string item in spec.GetList("protocols"))
        {
            options.Subprotocols.Add(WebSocketSubprotocol.TryParse(item, options.Messages == WebSocketMessages.Lines)!);
        }
    }

    /// <summary>Gets the <c>Host</c> of an endpoint, without the port that the scheme has anyway. <b>Spec</b>: RFC 6455 §3.</summary>
    public static string HostOf(EndpointSpec spec, bool isSecure)
    {
        string name = spec.Get("name") ?? spec.Host ?? "";
        string host = name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name;
        return spec.Port == (isSecure ? 443 : 80) ? host : $"{host}:{spec.Port}";
    }

    private static bool IsSubprotocol(string item) => WebSocketSubprotocol.TryParse(item, isText: false) is not null;
}
