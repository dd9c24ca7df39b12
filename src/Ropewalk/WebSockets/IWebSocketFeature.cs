namespace Ropewalk.WebSockets;

/// <summary>Tells what a WebSocket connection was opened with and how it was closed.</summary>
public interface IWebSocketFeature
{
    /// <summary>Gets the path that was asked for.</summary>
    string Path { get; }

    /// <summary>Gets what stood behind the path's question mark, or empty.</summary>
    string Query { get; }

    /// <summary>Gets the <c>Host</c> that was asked for.</summary>
    string Host { get; }

    /// <summary>Gets the page from which a browser connects, or null: then it is no browser.</summary>
    string? Origin { get; }

    /// <summary>Gets the subprotocol that was agreed on, or null.</summary>
    string? Subprotocol { get; }

    /// <summary>Gets whether what is sent are text messages.</summary>
    bool IsText { get; }

    /// <summary>Gets the code of the peer's close frame; <see cref="WebSocketCloseCode.None"/> until it comes.</summary>
    WebSocketCloseCode PeerCloseCode { get; }

    /// <summary>Gets the words in the peer's close frame. They are the peer's: check them before they are shown.</summary>
    string PeerCloseReason { get; }

    /// <summary>Sets what the close frame says that completing the output sends. Default: <see cref="WebSocketCloseCode.Normal"/>, and <see cref="WebSocketCloseCode.GoingAway"/> once the server stops.</summary>
    /// <param name="code">A code that may be sent; applications have 4000 to 4999.</param>
    /// <param name="reason">At most 123 bytes of UTF-8; what is over is left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code must not be sent.</exception>
    void SetClose(WebSocketCloseCode code, string? reason = null);
}
