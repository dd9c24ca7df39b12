namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Keeps what is needed to answer a datagram after its handler has returned: who asked, and the address that they asked at.
/// </summary>
/// <remarks>
/// A value of some 64 bytes: keeping it keeps no buffer, and dropping it is how a question is left unanswered.
/// <b>Call</b>: from any thread, any number of times. <b>Lifetime</b>: until the port is disposed; after that every try is refused and counted.
/// </remarks>
public readonly struct ReplyTo
{
    private readonly DatagramWorker? _worker;
    private readonly PeerAddress _peer;
    private readonly PeerAddress _local;

    internal ReplyTo(DatagramWorker worker, in PeerAddress peer, in PeerAddress local)
    {
        _worker = worker;
        _peer = peer;
        _local = local;
    }

    /// <summary>Gets who asked.</summary>
    public PeerAddress Peer => _peer;

    /// <summary>Gets the address of this machine that the answer leaves from.</summary>
    public PeerAddress LocalAddress => _local;

    /// <summary>Sends <paramref name="payload"/> without waiting.</summary>
    /// <returns>
    /// False if the system did not take it (its send buffer is full, the port is disposed, the peer's network cannot be reached, the payload is
    /// longer than a datagram can be). It is then dropped and counted: the asker will ask again, as it would if the network had lost it.
    /// </returns>
    public bool TrySend(ReadOnlySpan<byte> payload) => _worker is not null && _worker.TrySend(_peer, _local, payload);
}
