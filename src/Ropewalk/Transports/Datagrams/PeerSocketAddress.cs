using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ropewalk.Transports.Datagrams;

/// <summary>Turns peers' addresses into those of the runtime's sockets and back. One is used by one thread at a time.</summary>
/// <remarks><b>Shape</b>: port at 2; IPv4 address at 4; IPv6 address at 8 and scope at 24: on every system, though the family's number differs.</remarks>
internal sealed class PeerSocketAddress(bool isIPv6)
{
    /// <summary>Gets what a socket's call takes or fills.</summary>
    public SocketAddress Address { get; } = new IPEndPoint(isIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0).Serialize();

    public PeerAddress Read()
    {
        ReadOnlySpan<byte> bytes = Address.Buffer.Span;
        ushort port = MemoryMarshal.Read<ushort>(bytes[2..]);
        return Address.Family == AddressFamily.InterNetwork
            ? PeerAddress.FromIPv4(MemoryMarshal.Read<int>(bytes[4..]), port)
            : PeerAddress.FromIPv6(bytes.Slice(8, 16), port, MemoryMarshal.Read<uint>(bytes[24..]));
    }

    /// <summary>Writes the address of a peer.</summary>
    /// <returns>False if a socket of this family cannot send to it.</returns>
    public bool TryWrite(in PeerAddress to)
    {
        PeerAddress written = isIPv6 ? to.Map() : to;
        if (written.IsIPv6 != isIPv6)
        {
            return false;
        }

        Span<byte> bytes = Address.Buffer.Span;
        ushort port = written.WirePort;
        MemoryMarshal.Write(bytes[2..], in port);
        written.AddressBytes.CopyTo(bytes[(isIPv6 ? 8 : 4)..]);
        if (isIPv6)
        {
            uint scope = written.ScopeId;
            MemoryMarshal.Write(bytes[24..], in scope);
        }

        return true;
    }
}
