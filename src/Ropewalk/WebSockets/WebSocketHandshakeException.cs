using Ropewalk.Diagnostics;

namespace Ropewalk.WebSockets;

/// <summary>Reports that a connection did not become a WebSocket. The connection is lost.</summary>
public sealed class WebSocketHandshakeException : ProtocolException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One sentence for a log.</param>
    /// <param name="side">Whose fault it is.</param>
    /// <param name="innerException">The cause.</param>
    public WebSocketHandshakeException(string message, ErrorSide side, Exception? innerException = null)
        : base(message, side, ErrorScope.Connection, "RFC 6455 §4", innerException: innerException)
    {
    }
}
