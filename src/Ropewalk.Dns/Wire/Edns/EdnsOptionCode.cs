namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Names the options of EDNS. Any other number is an option too.</summary>
public enum EdnsOptionCode : ushort
{
    /// <summary>Which server this is (RFC 5001).</summary>
    Nsid = 3,

    /// <summary>Which algorithms of DNSSEC the client knows (RFC 6975).</summary>
    DnssecAlgorithms = 5,

    /// <summary>Which algorithms of DS the client knows (RFC 6975).</summary>
    DsHashes = 6,

    /// <summary>Which algorithms of NSEC3 the client knows (RFC 6975).</summary>
    Nsec3Hashes = 7,

    /// <summary>For whose network it is asked (RFC 7871).</summary>
    ClientSubnet = 8,

    /// <summary>How the zone expires, for secondaries (RFC 7314).</summary>
    Expire = 9,

    /// <summary>The cookies of client and server (RFC 7873).</summary>
    Cookie = 10,

    /// <summary>How long an idle connection is kept (RFC 7828).</summary>
    TcpKeepalive = 11,

    /// <summary>Zeros, which hide how long the message is (RFC 7830).</summary>
    Padding = 12,

    /// <summary>A chain of signatures (RFC 7901).</summary>
    Chain = 13,

    /// <summary>Which keys the client trusts (RFC 8145).</summary>
    KeyTag = 14,

    /// <summary>Why something went wrong (RFC 8914).</summary>
    ExtendedError = 15,

    /// <summary>Where errors are reported (RFC 9567).</summary>
    ReportChannel = 18,

    /// <summary>The version of the zone that answers (RFC 9660).</summary>
    ZoneVersion = 19,
}
