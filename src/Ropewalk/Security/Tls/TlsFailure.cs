namespace Ropewalk.Security.Tls;

/// <summary>Names what went wrong with TLS on a connection.</summary>
public enum TlsFailure
{
    /// <summary>The handshake failed for a reason that has no name of its own; the message has the system's words.</summary>
    HandshakeFailed,

    /// <summary>The handshake took longer than <see cref="TlsServerOptions.HandshakeTimeout"/> or <see cref="TlsClientOptions.HandshakeTimeout"/>.</summary>
    TimedOut,

    /// <summary>The peer's first bytes are not a TLS record: plain text on a TLS port, or another protocol.</summary>
    NotTls,

    /// <summary>The peer closed the connection before the handshake was done.</summary>
    PeerClosed,

    /// <summary>The peer ended the handshake with an alert; the message names it.</summary>
    PeerAlert,

    /// <summary>The peer's certificate was refused; the message says why.</summary>
    CertificateRefused,

    /// <summary>This side has no certificate to show for the name that the client asked for.</summary>
    NoCertificate,

    /// <summary>The peer had sent plain text behind its request for TLS: the STARTTLS injection attack.</summary>
    PlaintextBuffered,

    /// <summary>A record could not be decrypted, or broke the protocol.</summary>
    BadRecord,

    /// <summary>The peer ended TCP without a <c>close_notify</c> and <c>RequireCloseNotify</c> is set.</summary>
    Truncated,
}
