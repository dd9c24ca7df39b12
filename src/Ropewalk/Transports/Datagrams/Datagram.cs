namespace Ropewalk.Transports.Datagrams;

/// <summary>Shows one received datagram. <b>Lifetime</b>: until the handler returns.</summary>
public readonly unsafe ref struct Datagram
{
    private readonly ref readonly ReceivedDatagram _received;

    internal Datagram(ref readonly ReceivedDatagram received) => _received = ref received;

    /// <summary>Gets what was sent. An empty datagram is a datagram. What is longer than <see cref="DatagramPortOptions.MaxDatagramBytes"/> is cut.</summary>
    public ReadOnlySpan<byte> Payload => new(_received.Payload, _received.Length);

    /// <summary>Gets who sent it. Nothing proves it: a source address is what the sender wrote.</summary>
    public ref readonly PeerAddress Peer => ref _received.Peer;

    /// <summary>
    /// Gets the address of this machine that it was sent to, with the port's number; replies leave from it. Unspecified (0.0.0.0, ::) where
    /// a portable port that is bound to every address cannot know it.
    /// </summary>
    public ref readonly PeerAddress LocalAddress => ref _received.Local;

    /// <summary>Gets whether the datagram was longer than <see cref="DatagramPortOptions.MaxDatagramBytes"/>: the payload is its beginning.</summary>
    public bool IsTruncated => _received.IsTruncated;
}
