namespace Ropewalk.Chat.Irc.Session;

/// <summary>Names why a request has no result.</summary>
public enum IrcRequestFailureKind
{
    /// <summary>The server refused it, by a numeric or a standard reply.</summary>
    Refused,

    /// <summary>No answer came in time.</summary>
    TimedOut,

    /// <summary>The connection ended before the answer came.</summary>
    ConnectionEnded,

    /// <summary>Too much waits already, or the answer was larger than the limits allow.</summary>
    LimitExceeded,

    /// <summary>The server cannot do what it was asked: it has not announced it.</summary>
    NotSupported,
}
