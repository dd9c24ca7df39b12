namespace Ropewalk.Dns.Wire.Records;

/// <summary>Names the parameters of services. Any other number is a key too. <b>Spec</b>: RFC 9460 §14.3.2.</summary>
public enum ServiceParameterKey : ushort
{
    /// <summary>The keys that a client must understand (RFC 9460).</summary>
    Mandatory = 0,

    /// <summary>The protocols above TLS (RFC 9460).</summary>
    Alpn = 1,

    /// <summary>That the scheme's default protocol is not among them (RFC 9460).</summary>
    NoDefaultAlpn = 2,

    /// <summary>The port (RFC 9460).</summary>
    Port = 3,

    /// <summary>Addresses of IPv4 (RFC 9460).</summary>
    Ipv4Hint = 4,

    /// <summary>Configurations of encrypted ClientHello (RFC 9848).</summary>
    Ech = 5,

    /// <summary>Addresses of IPv6 (RFC 9460).</summary>
    Ipv6Hint = 6,

    /// <summary>The template of a DoH server's URI (RFC 9461).</summary>
    DohPath = 7,

    /// <summary>That Oblivious HTTP is spoken (RFC 9540).</summary>
    Ohttp = 8,
}
