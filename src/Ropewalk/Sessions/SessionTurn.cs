using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Sessions;

/// <summary>
/// Is the right to touch a session, and all that one needs to do it. There is one per conversation; whoever is called with it has the turn
/// until it returns, or until the task that it returned completes.
/// </summary>
/// <remarks>What is written to <see cref="Output"/> is sent at the end of the turn. <b>Call</b>: never after the turn; keep the <see cref="Port"/> for later.</remarks>
/// <typeparam name="TSession">The session.</typeparam>
public sealed class SessionTurn<TSession>
    where TSession : class
{
    private readonly ITurnKeeper _keeper;

    internal SessionTurn(ITurnKeeper keeper, TSession session, ConnectionContext connection, SessionPort<TSession> port)
    {
        _keeper = keeper;
        Session = session;
        Connection = connection;
        Port = port;
    }

    /// <summary>Gets the session.</summary>
    public TSession Session { get; }

    /// <summary>Gets the connection.</summary>
    public ConnectionContext Connection { get; }

    /// <summary>Gets the way in from outside the turn.</summary>
    public SessionPort<TSession> Port { get; }

    /// <summary>Gets where the session writes.</summary>
    public IBufferWriter<byte> Output => _keeper.Output;

    /// <summary>Gets the time since the conversation began.</summary>
    public TimeSpan Now => _keeper.Now;

    /// <summary>Gets a token that is cancelled when the connection is gone: pass it to what the turn waits for.</summary>
    public CancellationToken ConnectionClosed => Connection.ConnectionClosed;

    /// <summary>Gets or sets what the application keeps for this conversation.</summary>
    public object? State { get; set; }

    /// <summary>Sends what has been written so far and waits until the transport takes more: between the pieces of an answer that is larger than memory should hold.</summary>
    /// <exception cref="ConnectionAbortedException">The peer takes nothing any more, or has not for too long.</exception>
    public ValueTask FlushAsync() => _keeper.FlushAsync();
}
