namespace Ropewalk.Transports;

/// <summary>Says what happens to an enqueue that finds a connection's output queue full.</summary>
public enum OutboundOverflow
{
    /// <summary>The connection is ended with <see cref="ConnectionEndReason.SendQueueExceeded"/>: what chat servers do to a peer that does not read.</summary>
    Close,

    /// <summary>The bytes are dropped and counted; the connection goes on.</summary>
    Drop,
}
