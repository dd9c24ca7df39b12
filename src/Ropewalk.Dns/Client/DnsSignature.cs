namespace Ropewalk.Dns.Client;

/// <summary>Says what an answer's signature by a shared secret is worth. <b>Spec</b>: RFC 8945 §5.3.</summary>
public enum DnsSignature
{
    /// <summary>The question was not signed, and nothing has been checked.</summary>
    Unasked,

    /// <summary>It is good.</summary>
    Good,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>The server says what is wrong with the question's, and has not signed that.</summary>
    Refused,

    /// <summary>It is not that of the key.</summary>
    Bad,

    /// <summary>It is good, and too old or of the future.</summary>
    WrongTime,
}
