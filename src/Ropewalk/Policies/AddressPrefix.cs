using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Policies;

/// <summary>
/// The first bits of an address: what one peer is counted by. IPv4 lives in the same space as its mapped IPv6 form, so that a dual-stack
/// listener does not see one peer as two.
/// </summary>
/// <param name="Bits">The address, the bits behind the prefix zero.</param>
/// <param name="Length">How many bits count, 0 to 128.</param>
public readonly record struct AddressPrefix(UInt128 Bits, byte Length)
{
    private const int MappedBits = 96;

    /// <summary>Takes the first bits of an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="ipv4Length">How many bits of an IPv4 address, or of an IPv6 address that maps one.</param>
    /// <param name="ipv6Length">How many bits of another IPv6 address.</param>
    public static AddressPrefix Of(IPAddress address, int ipv4Length = 32, int ipv6Length = 128)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        bool isIpv4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (isIpv4)
        {
            bytes[10] = 0xff;
            bytes[11] = 0xff;
            address.TryWriteBytes(bytes[12..], out _);
        }
        else
        {
            address.TryWriteBytes(bytes, out _);
            isIpv4 = address.IsIPv4MappedToIPv6;
        }

        return Of(BinaryPrimitives.ReadUInt128BigEndian(bytes), isIpv4 ? MappedBits + ipv4Length : ipv6Length);
    }

    /// <summary>Parses a network (<c>10.0.0.0/8</c>, <c>2001:db8::/32</c>) or an address, as people write them in rules.</summary>
    /// <param name="text">The text. Fewer than four numbers of IPv4 are none: the runtime takes <c>10/8</c> for 0.0.0.10/8.</param>
    /// <param name="network">The network; of an address, all its bits.</param>
    /// <param name="meant">Where the text is no network because it has bits behind its prefix, the network without them: the runtime would cut them off, and who wrote a whole address may have meant only that one.</param>
    public static bool TryParseNetwork(string? text, out IPNetwork network, out IPNetwork? meant)
    {
        network = default;
        meant = null;
        if (text is null || (!text.Contains(':', StringComparison.Ordinal) && text.AsSpan().Count('.') != 3))
        {
            return false;
        }

        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out IPAddress? address))
        {
            return false;
        }

        if (slash < 0)
        {
            network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
            return true;
        }

        if (!IPNetwork.TryParse(text, out network))
        {
            return false;
        }

        meant = network.BaseAddress.Equals(address) ? null : network;
        return meant is null;
    }

    /// <summary>Takes the whole address of a datagram's peer. Nothing is allocated.</summary>
    public static AddressPrefix Of(in PeerAddress peer)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (peer.IsIPv4)
        {
            bytes[10] = 0xff;
            bytes[11] = 0xff;
            peer.CopyAddressTo(bytes[12..]);
        }
        else
        {
            peer.CopyAddressTo(bytes);
        }

        return Of(BinaryPrimitives.ReadUInt128BigEndian(bytes), 128);
    }

    /// <summary>Takes the first bits of a peer's address; null where it has none (a Unix socket, memory).</summary>
    public static AddressPrefix? Of(EndPoint? endPoint, int ipv4Length = 32, int ipv6Length = 128) =>
        endPoint is IPEndPoint ip ? Of(ip.Address, ipv4Length, ipv6Length) : null;

    /// <summary>Takes fewer bits.</summary>
    public AddressPrefix Shorten(int length) => length >= Length ? this : Of(Bits, length);

    /// <summary>Gets whether this is an IPv4 address, or a part of one.</summary>
    public bool IsIPv4 => Length >= MappedBits && (Bits >> 32) == 0xffff;

    /// <summary>Formats the prefix as <c>192.0.2.0/24</c> or <c>2001:db8::/64</c>.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return IsIPv4 ? $"{new IPAddress(bytes[12..])}/{Length - MappedBits}" : $"{new IPAddress(bytes)}/{Length}";
    }

    private static AddressPrefix Of(UInt128 bits, int length) => new(length == 0 ? 0 : bits & (UInt128.MaxValue << (128 - length)), (byte)length);
}
