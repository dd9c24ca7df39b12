namespace Ropewalk.Transports.Datagrams;

/// <summary>Holds one datagram that is to leave with the batch. <see cref="Payload"/> is its own <see cref="Slot"/> or the received datagram's.</summary>
internal unsafe struct OutgoingDatagram
{
    public PeerAddress To;
    public PeerAddress From;
    public int Length;
    public byte* Payload;
    public byte* Slot;
}
