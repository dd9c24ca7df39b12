namespace Finger.Wire;

/// <summary>Names each rule of a query that a client can break.</summary>
public enum FingerViolation
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The query is longer than the limit. No RFC has one; see <c>FingerServerLimits.MaxQueryBytes</c>.</summary>
    TooLong,

    /// <summary>The query holds control characters, or bytes that are no UTF-8. RFC 1288 §2.2: text in lines.</summary>
    NotText,

    /// <summary>A token begins with a slash and is not <c>/W</c>. RFC 1288 §2.3.</summary>
    UnknownToken,

    /// <summary>The name holds a space. RFC 1288 §2.3: one name a query.</summary>
    MoreThanOneName,

    /// <summary>Nothing, or a space, stands behind an @. RFC 1288 §2.3.</summary>
    BadHost,

    /// <summary>The query ends without CRLF. RFC 1288 §2.3.</summary>
    Unfinished,
}
