namespace Ropewalk.Transports;

/// <summary>Names the ways in which a connection ends. The first one to happen is the one that is kept.</summary>
public enum ConnectionEndReason
{
    /// <summary>The connection has not ended.</summary>
    Open,

    /// <summary>Both directions were ended in good order.</summary>
    Completed,

    /// <summary>The peer reset the connection, or vanished with data outstanding.</summary>
    PeerReset,

    /// <summary>The application, or the transport's owner, aborted it.</summary>
    Aborted,

    /// <summary>The handler that served it threw.</summary>
    HandlerFailed,

    /// <summary>Nothing happened for longer than a timeout allows.</summary>
    TimedOut,

    /// <summary>It was over a limit: a count, a rate, a size, or the memory budget.</summary>
    LimitExceeded,

    /// <summary>An address filter or an admission rule refused it.</summary>
    Refused,

    /// <summary>Its output queue was full and its overflow rule is to close.</summary>
    SendQueueExceeded,

    /// <summary>The TLS handshake failed.</summary>
    HandshakeFailed,

    /// <summary>The peer broke a rule of the protocol.</summary>
    ProtocolViolation,

    /// <summary>The server stopped and the drain deadline passed.</summary>
    ServerStopped,

    /// <summary>The transport below failed for a reason that is not the peer's.</summary>
    TransportFailed,
}
