namespace Ropewalk.Dns.Session;

/// <summary>Says how a message came.</summary>
public enum DnsTransport : byte
{
    /// <summary>In a datagram: its source may be forged, and the answer must fit one. <b>Spec</b>: RFC 1035 §4.2.1.</summary>
    Udp,

    /// <summary>On a stream, behind its length. <b>Spec</b>: RFC 7766.</summary>
    Tcp,

    /// <summary>On a stream protected by TLS. <b>Spec</b>: RFC 7858.</summary>
    Tls,
}
