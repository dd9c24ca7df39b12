using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Makes the hosts that others see instead of addresses. Neighbouring addresses share their ends, so that a ban of a network is possible without knowing it.</summary>
/// <remarks><b>Shape</b>: of IPv4 <c>address.slash24.slash16.ip</c>, of IPv6 <c>slash64.slash48.slash32.ip</c>, each part 10 letters of an HMAC-SHA-256.</remarks>
/// <param name="key">The secret.</param>
internal sealed class IrcCloaks(byte[] key)
{
    private static ReadOnlySpan<byte> Letters => "abcdefghijklmnopqrstuvwxyz234567"u8;

    /// <summary>Makes the cloak of an address.</summary>
    public byte[] Cloak(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        byte[] bytes = address.GetAddressBytes();
        int[] lengths = address.AddressFamily == AddressFamily.InterNetwork ? [4, 3, 2] : [8, 6, 4];
        return [.. Part(bytes, lengths[0]), (byte)'.', .. Part(bytes, lengths[1]), (byte)'.', .. Part(bytes, lengths[2]), .. ".ip"u8];
    }

    private byte[] Part(byte[] address, int length)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, [(byte)length, .. address.AsSpan(0, length)], digest);
        byte[] part = new byte[10];
        for (int i = 0; i < part.Length; i++)
        {
            part[i] = Letters[digest[i] & 31];
        }

        return part;
    }
}
