namespace Ropewalk.Dns.Wire;

/// <summary>Names the types of records and of questions that IANA has assigned. Any other number is a type too.</summary>
public enum DnsType : ushort
{
    /// <summary>No type: reserved (RFC 6895).</summary>
    None = 0,

    /// <summary>An IPv4 address (RFC 1035).</summary>
    A = 1,

    /// <summary>A name server (RFC 1035).</summary>
    NS = 2,

    /// <summary>A mail destination; obsolete (RFC 1035).</summary>
    MD = 3,

    /// <summary>A mail forwarder; obsolete (RFC 1035).</summary>
    MF = 4,

    /// <summary>The name that the owner is an alias of (RFC 1035).</summary>
    CNAME = 5,

    /// <summary>The start of a zone (RFC 1035).</summary>
    SOA = 6,

    /// <summary>A host with a mailbox; experimental (RFC 1035).</summary>
    MB = 7,

    /// <summary>A member of a mail group; experimental (RFC 1035).</summary>
    MG = 8,

    /// <summary>A mailbox's new name; experimental (RFC 1035).</summary>
    MR = 9,

    /// <summary>Anything; experimental (RFC 1035).</summary>
    NULL = 10,

    /// <summary>Well-known services; obsolete (RFC 1035).</summary>
    WKS = 11,

    /// <summary>Another name of the space (RFC 1035).</summary>
    PTR = 12,

    /// <summary>A host's CPU and system (RFC 1035, RFC 8482).</summary>
    HINFO = 13,

    /// <summary>Who answers for a mail list; experimental (RFC 1035).</summary>
    MINFO = 14,

    /// <summary>A host that takes mail (RFC 1035).</summary>
    MX = 15,

    /// <summary>Texts (RFC 1035).</summary>
    TXT = 16,

    /// <summary>A responsible person (RFC 1183).</summary>
    RP = 17,

    /// <summary>A server of a cell (RFC 1183).</summary>
    AFSDB = 18,

    /// <summary>An X.25 address (RFC 1183).</summary>
    X25 = 19,

    /// <summary>An ISDN address (RFC 1183).</summary>
    ISDN = 20,

    /// <summary>An intermediate host (RFC 1183).</summary>
    RT = 21,

    /// <summary>An NSAP address (RFC 1706).</summary>
    NSAP = 22,

    /// <summary>The name of an NSAP address (RFC 1348).</summary>
    NSAPPTR = 23,

    /// <summary>A signature of a transaction (RFC 2931).</summary>
    SIG = 24,

    /// <summary>A key of a transaction (RFC 3445).</summary>
    KEY = 25,

    /// <summary>A mapping of X.400 mail (RFC 2163).</summary>
    PX = 26,

    /// <summary>A position; obsolete (RFC 1712).</summary>
    GPOS = 27,

    /// <summary>An IPv6 address (RFC 3596).</summary>
    AAAA = 28,

    /// <summary>A location (RFC 1876).</summary>
    LOC = 29,

    /// <summary>The next name; obsolete (RFC 3755).</summary>
    NXT = 30,

    /// <summary>An endpoint identifier.</summary>
    EID = 31,

    /// <summary>A Nimrod locator.</summary>
    NIMLOC = 32,

    /// <summary>A server of a service (RFC 2782).</summary>
    SRV = 33,

    /// <summary>An ATM address.</summary>
    ATMA = 34,

    /// <summary>A rule of name authority (RFC 3403).</summary>
    NAPTR = 35,

    /// <summary>A key exchanger (RFC 2230).</summary>
    KX = 36,

    /// <summary>A certificate (RFC 4398).</summary>
    CERT = 37,

    /// <summary>An IPv6 address in parts; obsolete (RFC 6563).</summary>
    A6 = 38,

    /// <summary>The name below which the owner's subtree is (RFC 6672).</summary>
    DNAME = 39,

    /// <summary>A kitchen sink.</summary>
    SINK = 40,

    /// <summary>The EDNS of a message; never in a zone (RFC 6891).</summary>
    OPT = 41,

    /// <summary>Prefixes of addresses (RFC 3123).</summary>
    APL = 42,

    /// <summary>A delegation's signer (RFC 4034).</summary>
    DS = 43,

    /// <summary>The fingerprint of an SSH host key (RFC 4255).</summary>
    SSHFP = 44,

    /// <summary>A key for IPsec (RFC 4025).</summary>
    IPSECKEY = 45,

    /// <summary>A signature of a record set (RFC 4034).</summary>
    RRSIG = 46,

    /// <summary>The next name, and the owner's types (RFC 4034).</summary>
    NSEC = 47,

    /// <summary>A zone's key (RFC 4034).</summary>
    DNSKEY = 48,

    /// <summary>A DHCP client's identity (RFC 4701).</summary>
    DHCID = 49,

    /// <summary>The next hashed name, and the owner's types (RFC 5155).</summary>
    NSEC3 = 50,

    /// <summary>How a zone's names are hashed (RFC 5155).</summary>
    NSEC3PARAM = 51,

    /// <summary>A certificate for TLS (RFC 6698).</summary>
    TLSA = 52,

    /// <summary>A certificate for S/MIME (RFC 8162).</summary>
    SMIMEA = 53,

    /// <summary>A host's identity (RFC 8005).</summary>
    HIP = 55,

    /// <summary>A zone's status.</summary>
    NINFO = 56,

    /// <summary>A key.</summary>
    RKEY = 57,

    /// <summary>A link of trust anchors.</summary>
    TALINK = 58,

    /// <summary>A DS for the parent (RFC 7344).</summary>
    CDS = 59,

    /// <summary>A DNSKEY for the parent (RFC 7344).</summary>
    CDNSKEY = 60,

    /// <summary>An OpenPGP key (RFC 7929).</summary>
    OPENPGPKEY = 61,

    /// <summary>What the parent should copy (RFC 7477).</summary>
    CSYNC = 62,

    /// <summary>A digest of the zone (RFC 8976).</summary>
    ZONEMD = 63,

    /// <summary>How a service is reached (RFC 9460).</summary>
    SVCB = 64,

    /// <summary>How HTTPS is reached (RFC 9460).</summary>
    HTTPS = 65,

    /// <summary>Where notifications are sent (RFC 9859).</summary>
    DSYNC = 66,

    /// <summary>A sender policy; obsolete (RFC 7208).</summary>
    SPF = 99,

    /// <summary>A node identifier (RFC 6742).</summary>
    NID = 104,

    /// <summary>A locator of 32 bits (RFC 6742).</summary>
    L32 = 105,

    /// <summary>A locator of 64 bits (RFC 6742).</summary>
    L64 = 106,

    /// <summary>A pointer to locators (RFC 6742).</summary>
    LP = 107,

    /// <summary>An EUI-48 address (RFC 7043).</summary>
    EUI48 = 108,

    /// <summary>An EUI-64 address (RFC 7043).</summary>
    EUI64 = 109,

    /// <summary>That a name does not exist; only in NSEC's bitmaps (RFC 9824).</summary>
    NXNAME = 128,

    /// <summary>The making of a key; never in a zone (RFC 2930).</summary>
    TKEY = 249,

    /// <summary>A message's signature; never in a zone (RFC 8945).</summary>
    TSIG = 250,

    /// <summary>A question: the zone's changes (RFC 1995).</summary>
    IXFR = 251,

    /// <summary>A question: the whole zone (RFC 5936).</summary>
    AXFR = 252,

    /// <summary>A question: MB, MG or MR (RFC 1035).</summary>
    MAILB = 253,

    /// <summary>A question: MD or MF (RFC 1035).</summary>
    MAILA = 254,

    /// <summary>A question: every type (RFC 1035, RFC 8482).</summary>
    ANY = 255,

    /// <summary>A target's URI (RFC 7553).</summary>
    URI = 256,

    /// <summary>Who may issue certificates (RFC 8659).</summary>
    CAA = 257,

    /// <summary>The visibility of applications.</summary>
    AVC = 258,

    /// <summary>An object's metadata.</summary>
    DOA = 259,

    /// <summary>A relay of multicast (RFC 8777).</summary>
    AMTRELAY = 260,

    /// <summary>What a resolver can do (RFC 9606).</summary>
    RESINFO = 261,

    /// <summary>A wallet's address.</summary>
    WALLET = 262,

    /// <summary>A trust anchor.</summary>
    TA = 32768,

    /// <summary>A DS of a look-aside zone; obsolete (RFC 8749).</summary>
    DLV = 32769,
}
