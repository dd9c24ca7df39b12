namespace Ropewalk.Endpoints.ProxyProtocol.Wire;

/// <summary>Names each rule of the PROXY protocol that a sender can break. None of them leaves a stream to go on with.</summary>
public enum ProxyViolation
{
    /// <summary>Nothing is broken.</summary>
    None,

    /// <summary>The connection does not begin with a header of either version. PROXY protocol §2.</summary>
    NotAHeader,

    /// <summary>A version 1 line is longer than 107 bytes. PROXY protocol §2.1.</summary>
    LineTooLong,

    /// <summary>A version 1 line does not have its five words, single spaces and CRLF. PROXY protocol §2.1.</summary>
    LineMalformed,

    /// <summary>A version 1 address is not one of its family. PROXY protocol §2.1.</summary>
    AddressMalformed,

    /// <summary>A version 1 port is not a decimal number from 0 to 65535 without leading zeros. PROXY protocol §2.1.</summary>
    PortMalformed,

    /// <summary>A binary header has another version than 2. PROXY protocol §2.2.</summary>
    VersionUnknown,

    /// <summary>The command is neither LOCAL nor PROXY. PROXY protocol §2.2.</summary>
    CommandUnknown,

    /// <summary>The address family or the transport protocol is none that is assigned. PROXY protocol §2.2.</summary>
    FamilyUnknown,

    /// <summary>The header is longer than this side takes (<see cref="ProxyHeaderDecoder.MaxBlockBytes"/>).</summary>
    TooLong,

    /// <summary>The header is shorter than the addresses of its family. PROXY protocol §2.2.</summary>
    AddressesMissing,

    /// <summary>An extension ends behind the header. PROXY protocol §2.2.</summary>
    ExtensionMalformed,

    /// <summary>The header's checksum is wrong. PROXY protocol §2.2.3.</summary>
    ChecksumWrong,
}
