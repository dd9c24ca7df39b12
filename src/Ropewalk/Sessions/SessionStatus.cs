using Ropewalk.Transports;

namespace Ropewalk.Sessions;

/// <summary>Says what a session wants next, and why where it is over.</summary>
/// <param name="Kind">What the session wants.</param>
/// <param name="End">Why it is over; only with <see cref="SessionStatusKind.Closed"/>.</param>
public readonly record struct SessionStatus(SessionStatusKind Kind, ConnectionEnd End = default)
{
    /// <summary>The session waits for more input.</summary>
    public static SessionStatus NeedMore => new(SessionStatusKind.NeedMore);

    /// <summary>The session wants no input for now.</summary>
    public static SessionStatus Paused => new(SessionStatusKind.Paused);

    /// <summary>The session wants the transport upgraded.</summary>
    public static SessionStatus Upgrade => new(SessionStatusKind.Upgrade);

    /// <summary>The session has said its last word and still listens.</summary>
    public static SessionStatus EndOutput => new(SessionStatusKind.EndOutput);

    /// <summary>The conversation ended in good order.</summary>
    public static SessionStatus Closed => new(SessionStatusKind.Closed, new ConnectionEnd(ConnectionEndReason.Completed, Diagnostics.ErrorSide.Local));

    /// <summary>The conversation ended for a reason.</summary>
    public static SessionStatus ClosedBy(ConnectionEnd end) => new(SessionStatusKind.Closed, end);
}
