using Ping.Session;
using Ping.Wire;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ping.Client;

/// <summary>Talks to a server. Probes may be sent while others wait for their answers.</summary>
public sealed class PingClient : ISessionApplication<PingClientSession, PingReply>, IAsyncDisposable
{
    // Touched on the session's turn only.
    private readonly Queue<TaskCompletionSource<string>> _waiting = new();
    private SessionClient<PingClientSession, PingReply> _conversation = null!;

    private PingClient()
    {
    }

    /// <summary>Connects.</summary>
    /// <param name="server">The endpoint: <c>tcp:HOST:PORT</c>.</param>
    /// <param name="connections">What connects; null for the default.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    public static async Task<PingClient> ConnectAsync(
        string server, ConnectionClient? connections = null, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        var connection = await (connections ?? new ConnectionClient()).ConnectAsync(server, cancellationToken);
        var client = new PingClient();
        client._conversation = SessionClient<PingClientSession, PingReply>.Start(
            connection, new PingClientSession(TimeSpan.FromSeconds(30)), client, new SessionOptions { TimeProvider = timeProvider ?? TimeProvider.System });
        _ = client.FailWaitingAtEndAsync();
        return client;
    }

    /// <summary>Sends a token and waits for the answer.</summary>
    /// <exception cref="PingException">The server refused it.</exception>
    /// <exception cref="ProtocolException">The conversation is over.</exception>
    public async Task<string> PingAsync(string token, CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _conversation.Port.InvokeAsync(
            turn =>
            {
                turn.Session.Send(token, turn.Output, turn.Now);
                _waiting.Enqueue(answer);
            },
            cancellationToken);
        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Says goodbye and waits for the server's.</summary>
    public Task QuitAsync(CancellationToken cancellationToken = default) => _conversation.StopAsync(cancellationToken);

    /// <summary>Ends the conversation, if it goes on, without a goodbye.</summary>
    public ValueTask DisposeAsync() => _conversation.DisposeAsync();

    ValueTask ISessionApplication<PingClientSession, PingReply>.OnEventAsync(PingReply sessionEvent, SessionTurn<PingClientSession> turn)
    {
        if (sessionEvent.Kind != PingReplyKind.Bye && _waiting.TryDequeue(out TaskCompletionSource<string>? answer))
        {
            _ = sessionEvent.Kind == PingReplyKind.Pong
                ? answer.TrySetResult(sessionEvent.Text)
                : answer.TrySetException(new PingException(sessionEvent.Text, ErrorSide.Local, ErrorScope.Operation));
        }

        return ValueTask.CompletedTask;
    }

    ValueTask ISessionApplication<PingClientSession, PingReply>.UpgradeAsync(SessionTurn<PingClientSession> turn) => throw new NotSupportedException();

    private async Task FailWaitingAtEndAsync()
    {
        await Task.WhenAny(_conversation.Ended);
        string why = _conversation.Ended.IsCompletedSuccessfully ? (await _conversation.Ended).ToString() : "the client failed";
        // The turn is over: nobody else touches the queue.
        while (_waiting.TryDequeue(out TaskCompletionSource<string>? answer))
        {
            answer.TrySetException(new PingException($"No answer: {why}", ErrorSide.Remote, ErrorScope.Connection));
        }
    }
}
