using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Makes and checks the cookies of a server, as all servers of an anycast set that share the secret do. It never shows itself. <b>Spec</b>: RFC 9018 §4.</summary>
/// <remarks>
/// <b>Shape</b>: version 1, three zeros, the time in seconds, and SipHash-2-4 over the client's cookie, those eight bytes and the client's address. Nothing is kept for a client,
/// and nothing is allocated.
/// </remarks>
public sealed class EdnsCookieSecret
{
    /// <summary>How long a cookie of this kind is: 16 bytes.</summary>
    public const int CookieBytes = 16;

    /// <summary>How long the secret is: 16 bytes.</summary>
    public const int SecretBytes = 16;

    private const int HeadBytes = 8;

    // RFC 9018 §4.3: an hour old, five minutes of the future.
    private const int MostAgeSeconds = 3600;
    private const int MostFutureSeconds = 300;

    private readonly ulong _first;
    private readonly ulong _second;

    /// <summary>Makes a secret of 16 random bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16.</exception>
    public EdnsCookieSecret(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != SecretBytes)
        {
            throw new ArgumentException($"A secret has {SecretBytes} bytes, and this one {secret.Length}.", nameof(secret));
        }

        _first = BinaryPrimitives.ReadUInt64LittleEndian(secret);
        _second = BinaryPrimitives.ReadUInt64LittleEndian(secret[8..]);
    }

    /// <summary>Writes the server's cookie for a client.</summary>
    /// <param name="clientCookie">The client's cookie: 8 bytes.</param>
    /// <param name="address">The client's address: 4 or 16 bytes.</param>
    /// <param name="now">The time.</param>
    /// <param name="cookie">Where it is written: 16 bytes.</param>
    public void Write(ReadOnlySpan<byte> clientCookie, ReadOnlySpan<byte> address, DateTimeOffset now, Span<byte> cookie)
    {
        // RFC 9018 §4.1, §4.2: the version is 1, and the reserved bytes are zero.
        BinaryPrimitives.WriteUInt32BigEndian(cookie, 0x01000000);
        BinaryPrimitives.WriteUInt32BigEndian(cookie[4..], (uint)now.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt64LittleEndian(cookie[HeadBytes..], Hash(clientCookie, cookie[..HeadBytes], address));
    }

    /// <summary>Says whether a cookie is one of this secret for the client, and not too old.</summary>
    /// <param name="cookie">What the client has sent.</param>
    /// <param name="address">The client's address: 4 or 16 bytes.</param>
    /// <param name="now">The time.</param>
    public bool Check(in EdnsCookie cookie, ReadOnlySpan<byte> address, DateTimeOffset now)
    {
        if (cookie.Server.Length != CookieBytes || cookie.Server[0] != 1)
        {
            return false;
        }

        // RFC 9018 §4.3: in the arithmetic of serial numbers.
        int age = (int)((uint)now.ToUnixTimeSeconds() - BinaryPrimitives.ReadUInt32BigEndian(cookie.Server[4..]));
        Span<byte> expected = stackalloc byte[8];
        // RFC 9018 §4.2: the reserved bytes are hashed as they came.
        BinaryPrimitives.WriteUInt64LittleEndian(expected, Hash(cookie.Client, cookie.Server[..HeadBytes], address));
        return CryptographicOperations.FixedTimeEquals(expected, cookie.Server[HeadBytes..]) && age is <= MostAgeSeconds and >= -MostFutureSeconds;
    }

    private ulong Hash(ReadOnlySpan<byte> clientCookie, ReadOnlySpan<byte> head, ReadOnlySpan<byte> address)
    {
        Span<byte> input = stackalloc byte[EdnsCookie.ClientBytes + HeadBytes + 16];
        clientCookie[..EdnsCookie.ClientBytes].CopyTo(input);
        head.CopyTo(input[EdnsCookie.ClientBytes..]);
        address.CopyTo(input[(EdnsCookie.ClientBytes + HeadBytes)..]);
        return SipHash.Compute(_first, _second, input[..(EdnsCookie.ClientBytes + HeadBytes + address.Length)]);
    }
}
