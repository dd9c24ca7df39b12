namespace Ropewalk.Dns.Wire;

/// <summary>Names the results of a message; of the 12 bits the header has four, OPT the other eight, and TSIG's error has all. <b>Spec</b>: RFC 6895 §2.3.</summary>
public enum DnsResponseCode : ushort
{
    /// <summary>No error (RFC 1035).</summary>
    NoError = 0,

    /// <summary>FORMERR: the message is malformed (RFC 1035).</summary>
    FormatError = 1,

    /// <summary>SERVFAIL: the server could not (RFC 1035).</summary>
    ServerFailure = 2,

    /// <summary>NXDOMAIN: the name does not exist (RFC 1035).</summary>
    NameError = 3,

    /// <summary>NOTIMP: the server does not do that (RFC 1035).</summary>
    NotImplemented = 4,

    /// <summary>REFUSED: the server may not, or will not (RFC 1035).</summary>
    Refused = 5,

    /// <summary>YXDOMAIN: the name exists and should not (RFC 2136), or became too long by a DNAME (RFC 6672).</summary>
    NameExists = 6,

    /// <summary>YXRRSET: the record set exists and should not (RFC 2136).</summary>
    RecordSetExists = 7,

    /// <summary>NXRRSET: the record set does not exist and should (RFC 2136).</summary>
    RecordSetMissing = 8,

    /// <summary>NOTAUTH: the server has no authority for the zone (RFC 2136), or the signature is not good (RFC 8945).</summary>
    NotAuthorized = 9,

    /// <summary>NOTZONE: the name is not in the zone (RFC 2136).</summary>
    NotInZone = 10,

    /// <summary>DSOTYPENI: the operation's type is not implemented (RFC 8490).</summary>
    StatefulTypeNotImplemented = 11,

    /// <summary>BADVERS in OPT, a version above the server's (RFC 6891); BADSIG in TSIG, a signature that does not fit (RFC 8945).</summary>
    BadVersion = 16,

    /// <summary>BADSIG, the same number as BADVERS (RFC 8945).</summary>
    BadSignature = 16,

    /// <summary>BADKEY: the key is not known (RFC 8945).</summary>
    BadKey = 17,

    /// <summary>BADTIME: signed too long ago, or in the future (RFC 8945).</summary>
    BadTime = 18,

    /// <summary>BADMODE: the mode of making a key (RFC 2930).</summary>
    BadMode = 19,

    /// <summary>BADNAME: the key's name is taken (RFC 2930).</summary>
    BadName = 20,

    /// <summary>BADALG: the algorithm is not supported (RFC 2930).</summary>
    BadAlgorithm = 21,

    /// <summary>BADTRUNC: the signature is cut too short (RFC 8945).</summary>
    BadTruncation = 22,

    /// <summary>BADCOOKIE: the server's cookie is missing or wrong (RFC 7873).</summary>
    BadCookie = 23,
}
