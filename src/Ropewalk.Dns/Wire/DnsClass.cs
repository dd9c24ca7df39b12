namespace Ropewalk.Dns.Wire;

/// <summary>Names the classes of records and of questions. Any other number is a class too.</summary>
public enum DnsClass : ushort
{
    /// <summary>No class: reserved (RFC 6895).</summary>
    None = 0,

    /// <summary>The Internet (RFC 1035).</summary>
    IN = 1,

    /// <summary>CHAOS; today what a server says of itself (RFC 1035, RFC 4892).</summary>
    CH = 3,

    /// <summary>Hesiod (RFC 1035).</summary>
    HS = 4,

    /// <summary>NONE, in dynamic updates (RFC 2136).</summary>
    NONE = 254,

    /// <summary>Any class, in questions and in dynamic updates (RFC 1035, RFC 2136).</summary>
    ANY = 255,
}
