using Ropewalk.Transports;

namespace Ropewalk.Sessions;

/// <summary>Learns where a conversation begins and ends.</summary>
/// <typeparam name="TSession">The session.</typeparam>
internal interface IConversation<TSession>
    where TSession : class
{
    /// <summary>Begins a conversation, before its session does.</summary>
    ValueTask OnBeginAsync(SessionTurn<TSession> turn);

    /// <summary>Ends a conversation, however it ended; called exactly once.</summary>
    ValueTask OnEndAsync(SessionTurn<TSession> turn, ConnectionEnd end);
}
