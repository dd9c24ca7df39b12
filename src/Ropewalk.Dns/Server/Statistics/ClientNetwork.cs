using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Writes the network of a client as the key of a sketch: one address says too much of a person, and too little of an attack.</summary>
internal static class ClientNetwork
{
    /// <summary>How long a key is: the length of the address, and the address with the rest of its bits zero.</summary>
    public const int KeyBytes = 17;

    // As what limits the rate has it.
    private const int IPv4Bits = 24;
    private const int IPv6Bits = 56;

    /// <summary>Writes the key of a client's network, and gives its hash.</summary>
    public static ulong WriteKey(in PeerAddress peer, Span<byte> key, NameHash hash)
    {
        key[..KeyBytes].Clear();
        int length = peer.CopyAddressTo(key[1..]);
        key[0] = (byte)length;
        key[(1 + BytesOf(length))..KeyBytes].Clear();
        // In halves of bytes: the hash takes the letters of both cases for the same.
        Span<byte> halves = stackalloc byte[2 * KeyBytes];
        for (int i = 0; i < KeyBytes; i++)
        {
            halves[2 * i] = (byte)(key[i] >> 4);
            halves[(2 * i) + 1] = (byte)(key[i] & 0xf);
        }

        return hash.Of(halves[..(2 * (1 + BytesOf(length)))]);
    }

    /// <summary>Reads a key.</summary>
    public static PeerPrefix ReadKey(ReadOnlySpan<byte> key)
    {
        int length = key[0];
        return length == 0 ? default : new PeerPrefix(new PeerAddress(new IPAddress(key.Slice(1, length)), 0), 8 * BytesOf(length));
    }

    private static int BytesOf(int addressBytes) => (addressBytes == 4 ? IPv4Bits : IPv6Bits) / 8;
}
