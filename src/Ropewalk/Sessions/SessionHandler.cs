using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Security.Tls;
using Ropewalk.Transports;

namespace Ropewalk.Sessions;

/// <summary>
/// Serves a protocol that is written as a session: makes a session for each connection, drives it, and tells its events. It runs on every transport of the engine,
/// and in Kestrel.
/// </summary>
/// <remarks><b>Call</b>: one handler serves all connections at once; what belongs to one conversation is in its session, or in <see cref="SessionTurn{TSession}.State"/>.</remarks>
/// <typeparam name="TSession">The session.</typeparam>
/// <typeparam name="TEvent">What it tells.</typeparam>
public abstract class SessionHandler<TSession, TEvent> : ConnectionHandler, ISessionApplication<TSession, TEvent>, IConversation<TSession>
    where TSession : class, ISession<TEvent>
{
    private readonly SessionOptions _options;

    /// <summary>Creates the handler.</summary>
    /// <param name="options">Clock and bounds; null for the defaults.</param>
    protected SessionHandler(SessionOptions? options = null)
    {
        _options = options ?? new SessionOptions();
        _options.Validate();
    }

    /// <summary>Serves one connection to its end.</summary>
    public sealed override Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new SessionDriver<TSession, TEvent>(connection, CreateSession(connection), this, _options).ConverseAsync(this);
    }

    ValueTask IConversation<TSession>.OnBeginAsync(SessionTurn<TSession> turn) => OnBeginAsync(turn);

    ValueTask IConversation<TSession>.OnEndAsync(SessionTurn<TSession> turn, ConnectionEnd end) => OnEndAsync(turn, end);

    ValueTask ISessionApplication<TSession, TEvent>.OnEventAsync(TEvent sessionEvent, SessionTurn<TSession> turn) => OnEventAsync(sessionEvent, turn);

    ValueTask ISessionApplication<TSession, TEvent>.UpgradeAsync(SessionTurn<TSession> turn) => UpgradeAsync(turn);

    /// <summary>Makes the session of a new connection.</summary>
    protected abstract TSession CreateSession(ConnectionContext connection);

    /// <summary>Handles an event.</summary>
    /// <inheritdoc cref="ISessionApplication{TSession, TEvent}.OnEventAsync" path="/remarks"/>
    protected abstract ValueTask OnEventAsync(TEvent sessionEvent, SessionTurn<TSession> turn);

    /// <summary>Begins a conversation, before its session does: registers its port, looks its peer up.</summary>
    protected virtual ValueTask OnBeginAsync(SessionTurn<TSession> turn) => ValueTask.CompletedTask;

    /// <summary>Ends a conversation, however it ended; called exactly once. The session may be looked at; nothing can be sent.</summary>
    protected virtual ValueTask OnEndAsync(SessionTurn<TSession> turn, ConnectionEnd end) => ValueTask.CompletedTask;

    /// <summary>Gets what the connection is upgraded to TLS with when the session asks for an upgrade; null where it never does, or where <see cref="UpgradeAsync"/> is overridden.</summary>
    protected virtual TlsServerOptions? UpgradeOptions => null;

    /// <summary>Upgrades the connection when the session asks for it. By default to TLS, with <see cref="UpgradeOptions"/>.</summary>
    /// <inheritdoc cref="ISessionApplication{TSession, TEvent}.UpgradeAsync" path="/remarks"/>
    /// <exception cref="NotSupportedException">The handler has no <see cref="UpgradeOptions"/>.</exception>
    protected virtual ValueTask UpgradeAsync(SessionTurn<TSession> turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        TlsServerOptions options = UpgradeOptions
            ?? throw new NotSupportedException($"{GetType().Name} must override {nameof(UpgradeOptions)} or {nameof(UpgradeAsync)}: its session asks for an upgrade.");
        return turn.Connection.UpgradeToTlsAsync(options, turn.ConnectionClosed);
    }
}
