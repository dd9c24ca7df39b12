using Microsoft.Extensions.Options;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.WebSockets;

/// <summary>Says how a side speaks WebSocket. <b>Call</b>: set everything before the first use.</summary>
public class WebSocketOptions
{
    /// <summary>Gets or sets the path: a server answers others with 404; a client asks for it, with a query if it has one. Default <c>/</c>; null on a server takes every path.</summary>
    public string? Path { get; set; } = "/";

    /// <summary>Gets or sets how the stream is cut into messages. Default <see cref="WebSocketMessages.Bytes"/>.</summary>
    public WebSocketMessages Messages { get; set; }

    /// <summary>Gets the subprotocols: a server takes the first of the client's that is among them, a client offers them, the best first. Default none.</summary>
    public IList<WebSocketSubprotocol> Subprotocols { get; } = [];

    /// <summary>Gets or sets whether text messages are sent where no subprotocol was agreed on. Default null: text for lines, binary for bytes.</summary>
    public bool? SendsText { get; set; }

    /// <summary>Gets or sets how long the opening handshake may take. Default 10 s (as TLS's).</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long a side that is done with the connection waits for the peer's close frame. Default 2 s (half of what browsers wait).</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how long the handler may go on sending after the peer's close frame. Default 10 s (python-websockets' <c>close_timeout</c>).</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the longest message that is taken, and the longest that is sent. Default 1 MiB (python-websockets' <c>max_size</c>).</summary>
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets how many pings, pongs and empty messages may come at once; a tenth of it is granted again each second. Default 100 (nghttp2 and Envoy bound HTTP/2's pings by the like).</summary>
    public int MaxControlFrames { get; set; } = 100;

    /// <summary>Gets or sets the received and unconsumed bytes above which the connection is ended. Default 1 MiB (Kestrel's <c>MaxReadBufferSize</c>).</summary>
    public int InputLimitBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        AddErrors(errors);
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(GetType().Name, GetType(), errors);
        }
    }

    private protected virtual void AddErrors(List<string> errors)
    {
        if (Path is not null && !IsPath(Path))
        {
            errors.Add("Path: allowed is what begins with / and has no white space and no #.");
        }

        if (!Enum.IsDefined(Messages))
        {
            errors.Add("Messages: allowed are Bytes and Lines.");
        }

        errors.AddRange(Subprotocols.Where(protocol => protocol is null || !HeaderBlockDecoder.IsToken(protocol.Name)).Select(protocol => $"Subprotocols: \"{protocol?.Name}\" is not a name."));
        foreach ((string name, TimeSpan value) in ((string, TimeSpan)[])[(nameof(HandshakeTimeout), HandshakeTimeout), (nameof(CloseTimeout), CloseTimeout), (nameof(AnswerTimeout), AnswerTimeout)])
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
            {
                errors.Add($"{name}: allowed is more than 0 and up to 1 hour.");
            }
        }

        if (MaxMessageBytes < 125 || InputLimitBytes < 32 * 1024 || MaxControlFrames < 1)
        {
            errors.Add("MaxMessageBytes, InputLimitBytes, MaxControlFrames: allowed are 125, 32 KiB, 1 and more.");
        }

        if (Messages == WebSocketMessages.Bytes && (SendsText == true || Subprotocols.Any(protocol => protocol is { IsText: true })))
        {
            errors.Add("SendsText, Subprotocols: text messages need Messages = Lines, as a stream may be cut inside a character.");
        }

        if (TimeProvider is null)
        {
            errors.Add("TimeProvider: must not be null.");
        }
    }

    internal static bool IsPath(string path) => path.StartsWith('/') && path.All(c => c is > ' ' and < '\x7f' and not '#');
}
