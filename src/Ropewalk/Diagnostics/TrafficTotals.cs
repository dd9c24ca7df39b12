using Ropewalk.Transports;

namespace Ropewalk.Diagnostics;

/// <summary>Sums up what has passed through an endpoint or a service since it started. No figure ever goes back, except <see cref="Live"/>.</summary>
public sealed record TrafficTotals
{
    /// <summary>The totals of what has not begun.</summary>
    public static TrafficTotals Zero { get; } = new();

    /// <summary>Gets the connections that are open now.</summary>
    public long Live { get; init; }

    /// <summary>Gets the connections that were accepted, the refused ones included.</summary>
    public long Accepted { get; init; }

    /// <summary>Gets how many connections have ended, by reason. Reasons that did not occur are absent.</summary>
    public IReadOnlyDictionary<ConnectionEndReason, long> Ended { get; init; } = new Dictionary<ConnectionEndReason, long>();

    /// <summary>Gets the bytes received from peers, those of live connections included.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Gets the bytes sent to peers, those of live connections included.</summary>
    public long SentBytes { get; init; }

    /// <summary>Gets how often the accept loop met an error (out of descriptors, connection aborted) and went on.</summary>
    public long AcceptErrors { get; init; }

    /// <summary>Gets the datagrams received.</summary>
    public long ReceivedDatagrams { get; init; }

    /// <summary>Gets the datagrams sent.</summary>
    public long SentDatagrams { get; init; }

    /// <summary>Gets the datagrams that were lost here: replies that the system would not take, and what a full receive buffer discarded.</summary>
    public long DroppedDatagrams { get; init; }

    /// <summary>Gets the connections that an address filter or an admission rule refused.</summary>
    public long Refused => EndedBy(ConnectionEndReason.Refused);

    /// <summary>Gets how often a limit ended a connection: a count, a rate, a size, the memory budget or a full output queue.</summary>
    public long LimitHits => EndedBy(ConnectionEndReason.LimitExceeded) + EndedBy(ConnectionEndReason.SendQueueExceeded);

    /// <summary>Gets the connections that ended because something here failed: the handler or the transport.</summary>
    public long Failures => EndedBy(ConnectionEndReason.HandlerFailed) + EndedBy(ConnectionEndReason.TransportFailed);

    /// <summary>Gets how many connections ended for one reason.</summary>
    public long EndedBy(ConnectionEndReason reason) => Ended.GetValueOrDefault(reason);

    /// <summary>Adds two totals.</summary>
    public static TrafficTotals operator +(TrafficTotals left, TrafficTotals right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var ended = new Dictionary<ConnectionEndReason, long>(left.Ended);
        foreach ((ConnectionEndReason reason, long count) in right.Ended)
        {
            ended[reason] = ended.GetValueOrDefault(reason) + count;
        }

        return new TrafficTotals
        {
            Live = left.Live + right.Live,
            Accepted = left.Accepted + right.Accepted,
            Ended = ended,
            ReceivedBytes = left.ReceivedBytes + right.ReceivedBytes,
            SentBytes = left.SentBytes + right.SentBytes,
            AcceptErrors = left.AcceptErrors + right.AcceptErrors,
            ReceivedDatagrams = left.ReceivedDatagrams + right.ReceivedDatagrams,
            SentDatagrams = left.SentDatagrams + right.SentDatagrams,
            DroppedDatagrams = left.DroppedDatagrams + right.DroppedDatagrams,
        };
    }
}
