using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Transports;

namespace Ropewalk.Sessions;

/// <summary>Drives the client's side of a conversation in the background, by the same loop as a server's. A protocol's client holds one.</summary>
/// <typeparam name="TSession">The session.</typeparam>
/// <typeparam name="TEvent">What it tells.</typeparam>
public sealed class SessionClient<TSession, TEvent> : IAsyncDisposable
    where TSession : class, ISession<TEvent>
{
    private readonly ConnectionContext _connection;

    private SessionClient(ConnectionContext connection, SessionDriver<TSession, TEvent> driver)
    {
        _connection = connection;
        Port = driver.Port;
        Ended = RunAsync(driver);
    }

    /// <summary>Gets the way in: requests are posted or invoked here.</summary>
    public SessionPort<TSession> Port { get; }

    /// <summary>Gets a task that completes with the end of the conversation, and fails with what the session or the application threw.</summary>
    public Task<ConnectionEnd> Ended { get; }

    /// <summary>Begins the conversation.</summary>
    /// <param name="connection">The connection, which the client then owns.</param>
    /// <param name="session">The machine.</param>
    /// <param name="application">What its events are told to.</param>
    /// <param name="options">Clock and bounds; null for the defaults.</param>
    public static SessionClient<TSession, TEvent> Start(
        ConnectionContext connection, TSession session, ISessionApplication<TSession, TEvent> application, SessionOptions? options = null) =>
        new(connection, new SessionDriver<TSession, TEvent>(connection, session, application, options));

    /// <summary>Ends the conversation in the protocol's own words, and waits for its end.</summary>
    /// <param name="cancellationToken">Gives up waiting; the conversation is then aborted.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        Port.RequestStop();
        try
        {
            await Ended.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!Ended.IsCompleted)
        {
            _connection.Abort(new ConnectionAbortedException("The goodbye was given up."));
            throw;
        }
    }

    /// <summary>Aborts the conversation if it goes on, and disposes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await CallerContext.Detach();
        if (!Ended.IsCompleted)
        {
            _connection.Abort(new ConnectionAbortedException("The client was disposed."));
        }

        await Task.WhenAny(Ended);
        // Who did not ask is not told by the finalizer either.
        _ = Ended.Exception;
        await _connection.DisposeAsync();
    }

    private async Task<ConnectionEnd> RunAsync(SessionDriver<TSession, TEvent> driver)
    {
        await CallerContext.Detach();
        try
        {
            return await driver.RunAsync();
        }
        catch (Exception exception)
        {
            // A reset, not an orderly end: the peer must not take half a request for a whole one.
            _connection.Abort(new ConnectionAbortedException("The client failed.", exception));
            throw;
        }
    }
}
