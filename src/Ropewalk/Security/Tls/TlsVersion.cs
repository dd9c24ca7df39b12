namespace Ropewalk.Security.Tls;

/// <summary>Names the versions of TLS that are spoken. Older ones are not: RFC 8996 forbids them.</summary>
public enum TlsVersion
{
    /// <summary>TLS 1.2, RFC 5246.</summary>
    Tls12,

    /// <summary>TLS 1.3, RFC 8446.</summary>
    Tls13,
}
