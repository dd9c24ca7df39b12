using Ropewalk.Diagnostics;

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

    /// <summary>Sends what the session has said so far, and upgrades the connection that the turn belongs to: replaces its <c>Transport</c>.</summary>
    /// <remarks>
    /// <b>Call</b>: when the session has asked for it and nothing is buffered behind the request. The session's go-ahead is written and not flushed: the extensions <c>UpgradeToTlsAsync</c>
    /// send it, after a last look for plain text; another upgrade calls <see cref="SessionTurn{TSession}.FlushAsync"/> first.
    /// </remarks>
    /// <exception cref="ProtocolException">The upgrade failed: the connection ends.</exception>
    ValueTask UpgradeAsync(SessionTurn<TSession> turn);
}
