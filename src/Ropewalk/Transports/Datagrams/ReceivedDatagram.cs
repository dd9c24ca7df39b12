namespace Ropewalk.Transports.Datagrams;

/// <summary>Holds one received datagram's place and addresses, in native memory: the system writes <see cref="Peer"/> and the payload in place.</summary>
internal unsafe struct ReceivedDatagram
{
    public PeerAddress Peer;
    public PeerAddress Local;
    public int Length;
    public bool IsTruncated;
    public byte* Payload;
}
