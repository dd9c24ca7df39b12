namespace Ropewalk.Sessions;

/// <summary>Is what a session's events are told to.</summary>
/// <typeparam name="TSession">The session.</typeparam>
/// <typeparam name="TEvent">What it tells.</typeparam>
public interface ISessionApplication<TSession, TEvent>
    where TSession : class, ISession<TEvent>
{
    /// <summary>Handles an event.</summary>
    /// <remarks>
    /// <b>Call</b>: on the session's turn, in order. Until the returned task completes the session hears nothing: no input is read (the peer feels it), no deadline
    /// passes, no post runs. So an answer that must come before the next request is simply awaited, and what takes long beside the conversation returns at once and comes
    /// back through the session's port. <b>Lifetime</b>: bytes that the event refers to are valid until the task completes.
    /// </remarks>
    ValueTask OnEventAsync(TEvent sessionEvent, SessionTurn<TSession> turn);

    /// <summary>Upgrades the connection that the turn belongs to: replaces its <c>Transport</c>.</summary>
    /// <remarks><b>Call</b>: when the session has asked for it, its last words in the clear are sent, and nothing is buffered behind the request.</remarks>
    ValueTask UpgradeAsync(SessionTurn<TSession> turn);
}
