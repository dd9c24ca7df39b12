namespace Ropewalk.Transports.Datagrams;

/// <summary>Counts what a port has done since it was bound.</summary>
public readonly record struct DatagramCounters
{
    /// <summary>Gets the datagrams that were given to the handler.</summary>
    public long Received { get; init; }

    /// <summary>Gets the bytes of their payloads.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Gets the datagrams that the system has taken for sending.</summary>
    public long Sent { get; init; }

    /// <summary>Gets the bytes of their payloads.</summary>
    public long SentBytes { get; init; }

    /// <summary>Gets the datagrams that were to be sent and that the system did not take: replies, late replies and others.</summary>
    public long Dropped { get; init; }

    /// <summary>Gets the received datagrams that were longer than <see cref="DatagramPortOptions.MaxDatagramBytes"/>.</summary>
    public long Truncated { get; init; }

    /// <summary>Gets the batches: calls of the handler. <see cref="Received"/> divided by it tells how full they are.</summary>
    public long Batches { get; init; }

    /// <summary>Gets the batches whose handler threw.</summary>
    public long HandlerFailures { get; init; }

    /// <summary>Gets the errors that receiving has reported.</summary>
    public long ReceiveErrors { get; init; }

    /// <summary>
    /// Gets the datagrams that the system discarded because the port's receive buffer was full: the workers are too slow, or
    /// <see cref="DatagramPortOptions.ReceiveBufferBytes"/> too small. Known on Linux and in memory; 0 elsewhere.
    /// </summary>
    public long Overflowed { get; init; }

    /// <summary>Adds the counts of two ports.</summary>
    public static DatagramCounters operator +(in DatagramCounters left, in DatagramCounters right) => new()
    {
        Received = left.Received + right.Received,
        ReceivedBytes = left.ReceivedBytes + right.ReceivedBytes,
        Sent = left.Sent + right.Sent,
        SentBytes = left.SentBytes + right.SentBytes,
        Dropped = left.Dropped + right.Dropped,
        Truncated = left.Truncated + right.Truncated,
        Batches = left.Batches + right.Batches,
        HandlerFailures = left.HandlerFailures + right.HandlerFailures,
        ReceiveErrors = left.ReceiveErrors + right.ReceiveErrors,
        Overflowed = left.Overflowed + right.Overflowed,
    };
}
