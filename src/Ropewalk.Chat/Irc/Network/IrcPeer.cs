using System.Net;
using System.Text;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is what is known of a client before it says anything.</summary>
/// <param name="Address">Its address; null where the transport has none (a Unix socket, memory).</param>
/// <param name="IsSecure">Whether nobody between can read along: TLS, or a transport that does not leave the machine's memory.</param>
/// <param name="CertificateFingerprint">The SHA-256 fingerprint of its certificate in lower-case hexadecimal, or null.</param>
/// <param name="Class">The connection class that it fell into.</param>
internal sealed record IrcPeer(IPAddress? Address, bool IsSecure, string? CertificateFingerprint, IrcConnectionClass Class)
{
    /// <summary>Gets or sets whether others see a cloak.</summary>
    public bool IsCloaked { get; init; }

    /// <summary>Gets the address as text.</summary>
    public byte[] RealHost { get; } = Address is null ? [] : Encoding.ASCII.GetBytes(Address.ToString());
}
