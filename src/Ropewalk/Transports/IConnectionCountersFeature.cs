namespace Ropewalk.Transports;

/// <summary>Counts what has crossed a connection's transport.</summary>
public interface IConnectionCountersFeature
{
    /// <summary>Gets the bytes received from the peer so far.</summary>
    long ReceivedBytes { get; }

    /// <summary>Gets the bytes sent to the peer so far.</summary>
    long SentBytes { get; }
}
