namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Names why something went wrong, more exactly than a response code. <b>Spec</b>: RFC 8914 §4.</summary>
public enum EdnsExtendedErrorCode : ushort
{
    /// <summary>Another reason, which the text says.</summary>
    Other = 0,

    /// <summary>No algorithm of the zone's keys is supported.</summary>
    UnsupportedKeyAlgorithm = 1,

    /// <summary>No algorithm of the DS records is supported.</summary>
    UnsupportedDigest = 2,

    /// <summary>The answer was kept for longer than it may be.</summary>
    StaleAnswer = 3,

    /// <summary>The answer has been changed by policy.</summary>
    ForgedAnswer = 4,

    /// <summary>It cannot be decided whether the answer is secure.</summary>
    DnssecIndeterminate = 5,

    /// <summary>A signature does not fit.</summary>
    DnssecBogus = 6,

    /// <summary>A signature is no longer valid.</summary>
    SignatureExpired = 7,

    /// <summary>A signature is not valid yet.</summary>
    SignatureNotYetValid = 8,

    /// <summary>The parent's DS has no key in the zone.</summary>
    DnskeyMissing = 9,

    /// <summary>A signature is missing.</summary>
    RrsigsMissing = 10,

    /// <summary>A key is not marked as one of a zone.</summary>
    NoZoneKeyBit = 11,

    /// <summary>The proof that something does not exist is missing.</summary>
    NsecMissing = 12,

    /// <summary>The error itself was kept.</summary>
    CachedError = 13,

    /// <summary>The server is not ready yet.</summary>
    NotReady = 14,

    /// <summary>The server's operator blocks the name.</summary>
    Blocked = 15,

    /// <summary>An outside authority has the name blocked.</summary>
    Censored = 16,

    /// <summary>The client has asked for the name to be blocked.</summary>
    Filtered = 17,

    /// <summary>This client is not served.</summary>
    Prohibited = 18,

    /// <summary>A stale answer that the name does not exist.</summary>
    StaleNameErrorAnswer = 19,

    /// <summary>The server has no authority, and does not ask others.</summary>
    NotAuthoritative = 20,

    /// <summary>The operation is not supported.</summary>
    NotSupported = 21,

    /// <summary>No server with authority could be reached.</summary>
    NoReachableAuthority = 22,

    /// <summary>The network failed.</summary>
    NetworkError = 23,

    /// <summary>The zone's own contents are not fit to be served.</summary>
    InvalidZone = 24,
}
