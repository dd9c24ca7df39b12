namespace Ropewalk.Endpoints.ProxyProtocol.Wire;

/// <summary>Names the registered types of the extensions that a version 2 header carries. PROXY protocol §2.2.</summary>
public enum ProxyTlvType : byte
{
    /// <summary>The protocol that ALPN agreed on.</summary>
    Alpn = 0x01,

    /// <summary>The host name that the client asked for (SNI), UTF-8.</summary>
    Authority = 0x02,

    /// <summary>A CRC32C of the whole header; checked and not among the header's extensions.</summary>
    Crc32C = 0x03,

    /// <summary>Padding; not among the header's extensions.</summary>
    NoOperation = 0x04,

    /// <summary>An opaque identifier of the connection, up to 128 bytes.</summary>
    UniqueId = 0x05,

    /// <summary>What the sender's TLS agreed on; extensions of its own inside.</summary>
    Tls = 0x20,

    /// <summary>The name of the network namespace.</summary>
    NetworkNamespace = 0x30,
}
