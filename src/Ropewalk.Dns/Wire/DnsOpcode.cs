namespace Ropewalk.Dns.Wire;

/// <summary>Names what a message asks for. <b>Spec</b>: RFC 1035 §4.1.1; RFC 6895 §2.2.</summary>
public enum DnsOpcode : byte
{
    /// <summary>A question (RFC 1035).</summary>
    Query = 0,

    /// <summary>An inverse question; obsolete (RFC 3425).</summary>
    InverseQuery = 1,

    /// <summary>A question for the server's status (RFC 1035).</summary>
    Status = 2,

    /// <summary>A zone has changed (RFC 1996).</summary>
    Notify = 4,

    /// <summary>A change of a zone (RFC 2136).</summary>
    Update = 5,

    /// <summary>Operations on a session (RFC 8490).</summary>
    StatefulOperation = 6,
}
