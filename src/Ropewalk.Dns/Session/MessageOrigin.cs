using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Session;

/// <summary>Says where a message came from, how and when.</summary>
/// <param name="Peer">The sender's address; of a datagram it may be forged.</param>
/// <param name="Transport">How it came.</param>
/// <param name="Now">The time of day, as cookies and TSIG need it.</param>
public readonly record struct MessageOrigin(PeerAddress Peer, DnsTransport Transport, DateTimeOffset Now)
{
    /// <summary>Gets for how long the stream is kept when it is idle, as an answer's keepalive option says it; null for a datagram. <b>Spec</b>: RFC 7828 §3.3.2.</summary>
    public TimeSpan? IdleTimeout { get; init; }
}
