namespace Ropewalk.Transports.Datagrams;

/// <summary>Carries a datagram from a port in memory to wherever it is for.</summary>
internal delegate void DatagramRoute(in PeerAddress from, in PeerAddress to, ReadOnlySpan<byte> payload);
