using System.Net;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is what is known of a client before it says anything.</summary>
/// <param name="Address">Its address; null where the transport has none (a Unix socket, memory).</param>
/// <param name="IsSecure">Whether it is on TLS.</param>
/// <param name="CertificateFingerprint">The SHA-256 fingerprint of its certificate in lower-case hexadecimal, or null.</param>
/// <param name="Class">The connection class that it fell into.</param>
internal sealed record IrcPeer(IPAddress? Address, bool IsSecure, string? CertificateFingerprint, IrcConnectionClass Class)
{
    /// <summary>Gets or sets the SASL mechanisms that there are for it; PLAIN among them, which is offered only where a password may be said.</summary>
    public IReadOnlyList<string> SaslMechanisms { get; init; } = [];

    /// <summary>Gets or sets whether others see a cloak.</summary>
    public bool IsCloaked { get; init; }

    /// <summary>Gets the address as text, made anew each time: it is seldom asked for, and there are many users.</summary>
    public byte[] RealHost => Address is null ? [] : Text(Address);

    /// <summary>Gets whether nobody between can read along: TLS, or both ends on this machine.</summary>
    public bool IsPrivate => IsSecure || Address is null || IPAddress.IsLoopback(Address);

    // 45 of an IPv6 address with an IPv4 part, the percent sign and a scope of 10 digits
    private const int MostAddressBytes = 56;

    // A word that begins with a colon would be the last of its line.
    private static byte[] Text(IPAddress address)
    {
        Span<byte> text = stackalloc byte[1 + MostAddressBytes];
        (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).TryFormat(text[1..], out int length);
        text[0] = (byte)'0';
        return (text[1] == ':' ? text[..(length + 1)] : text.Slice(1, length)).ToArray();
    }
}
