using Finger.Wire;

namespace Finger.Session;

/// <summary>Is what a server's session tells.</summary>
public abstract record FingerServerEvent
{
    private FingerServerEvent()
    {
    }

    /// <summary>A query to be answered: the session waits for <see cref="FingerServerSession.Answer"/> and <see cref="FingerServerSession.Finish"/>.</summary>
    public sealed record Asked(FingerQuery Query) : FingerServerEvent;

    /// <summary>A query that the session has refused, for the audit trail (RFC 1288 §3.2.7).</summary>
    public sealed record Refused(FingerQuery Query, string Answer) : FingerServerEvent;

    /// <summary>A line that is no query, for the audit trail (RFC 1288 §3.2.7).</summary>
    public sealed record Broken(FingerViolation Violation) : FingerServerEvent;
}
