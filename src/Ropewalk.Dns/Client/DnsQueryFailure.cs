namespace Ropewalk.Dns.Client;

/// <summary>Says why a question has no answer at all.</summary>
public enum DnsQueryFailure
{
    /// <summary>No server has answered in time.</summary>
    NoReply,

    /// <summary>No server could be reached.</summary>
    Unreachable,

    /// <summary>A server has closed the connection without an answer, or answered with what is no message.</summary>
    Malformed,

    /// <summary>What came was not signed with the key, or a server did not take the question's signature. <b>Spec</b>: RFC 8945 §5.3.</summary>
    NotSigned,

    /// <summary>Too many questions wait already.</summary>
    TooMany,
}
