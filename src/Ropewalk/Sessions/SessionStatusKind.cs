namespace Ropewalk.Sessions;

/// <summary>Names what a session wants next.</summary>
public enum SessionStatusKind
{
    /// <summary>The session has used what it can of the input and waits for more.</summary>
    NeedMore,

    /// <summary>The session does not want more input until something from outside (an answer, a turn) lets it go on: the peer feels backpressure.</summary>
    Paused,

    /// <summary>The output so far must be sent in the clear, and then the transport upgraded (STARTTLS). Input behind the request is a violation.</summary>
    Upgrade,

    /// <summary>The session has said its last word: the output ends after what was written, input goes on.</summary>
    EndOutput,

    /// <summary>The conversation is over, after what was written has been sent.</summary>
    Closed,
}
