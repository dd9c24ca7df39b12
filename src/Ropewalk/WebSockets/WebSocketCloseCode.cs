namespace Ropewalk.WebSockets;

/// <summary>Names the codes with which WebSocket connections are closed; applications have 4000 to 4999 for their own. <b>Spec</b>: RFC 6455 §7.4.1.</summary>
public enum WebSocketCloseCode
{
    /// <summary>No close frame has come.</summary>
    None = 0,

    /// <summary>The purpose was fulfilled.</summary>
    Normal = 1000,

    /// <summary>A server stops, or a browser leaves the page.</summary>
    GoingAway = 1001,

    /// <summary>A rule of the protocol was broken.</summary>
    ProtocolError = 1002,

    /// <summary>A kind of message that is not taken.</summary>
    UnsupportedMessage = 1003,

    /// <summary>A close frame without a code; never on the wire.</summary>
    NoCode = 1005,

    /// <summary>A message that is not what its kind says: text that is not UTF-8, a line with a break in it.</summary>
    InvalidPayload = 1007,

    /// <summary>A rule of this server was broken.</summary>
    PolicyViolation = 1008,

    /// <summary>A message over the limit.</summary>
    MessageTooBig = 1009,

    /// <summary>The client missed an extension.</summary>
    MissingExtension = 1010,

    /// <summary>The server failed.</summary>
    InternalError = 1011,

    /// <summary>The server restarts.</summary>
    ServiceRestart = 1012,

    /// <summary>The server has too much to do: try later.</summary>
    TryAgainLater = 1013,
}
