using Microsoft.Extensions.Logging;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Security.Sasl;
using Ropewalk.Security.Sasl.Session;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Hears what a session tells: answers challenges, keeps policies, and passes the rest on to the streams.</summary>
internal sealed class IrcClientApplication(IrcClientOptions options, string? stsHost, int securePort, bool isSecure, ILogger logger) : ISessionApplication<IrcClientSession, IrcClientEvent>
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IrcEventStream[] _streams = [];
    private IrcEndedEvent? _ended;
    private bool _hasLetGo;
    private SaslClientMechanism? _mechanism;

    /// <summary>Gets whether the server has said all that it says at first.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Gets the port that the server wants to be reached at securely; null if it did not say so.</summary>
    public int? UpgradePort { get; private set; }

    /// <summary>Gets how long the server's policy holds; null if it has none.</summary>
    public TimeSpan? PolicyDuration { get; private set; }

    /// <summary>Waits until the server has said all that it says at first, or the connection has ended. <b>Call</b>: once.</summary>
    public async Task WaitReadyAsync(CancellationToken cancellationToken)
    {
        // Not WaitAsync, which would go on from a thread of the pool.
        await using CancellationTokenRegistration givingUp = cancellationToken.UnsafeRegister(_ => _ready.TrySetCanceled(cancellationToken), null);
        await _ready.Task;
    }

    public IrcEventStream Subscribe(int capacity, IrcEventOverflow overflow)
    {
        var stream = new IrcEventStream(capacity, overflow, Leave);
        lock (_gate)
        {
            if (_ended is { } ended)
            {
                stream.Complete(ended);
            }
            else
            {
                _streams = [.. _streams, stream];
                if (_hasLetGo)
                {
                    stream.LetGo();
                }
            }
        }

        return stream;
    }

    public async ValueTask OnEventAsync(IrcClientEvent sessionEvent, SessionTurn<IrcClientSession> turn)
    {
        switch (sessionEvent)
        {
            case IrcChallengeEvent challenge:
                await AnswerAsync(challenge, turn);
                return;
            case IrcStsEvent { Port: { } port }:
                UpgradePort = port;
                return;
            case IrcStsEvent { Duration: { } duration } when isSecure && stsHost is not null:
                PolicyDuration = duration;
                await KeepPolicyAsync();
                return;
            case IrcNumericEvent { Numeric: IrcNumeric.RplSaslSuccess or IrcNumeric.ErrSaslAlready } when _mechanism is { } mechanism && !mechanism.TryComplete():
                // It did not prove that it knows the password: whoever this is, it is not the server. A success before any challenge is the session's to refuse.
                turn.Session.DistrustLogin();
                turn.Connection.Abort(new Microsoft.AspNetCore.Connections.ConnectionAbortedException("The server did not prove that it knows the account."));
                return;
            case IrcNumericEvent { Numeric: IrcNumeric.ErrNickLocked or IrcNumeric.ErrSaslFail or IrcNumeric.ErrSaslTooLong or IrcNumeric.ErrSaslAborted }:
                // the next mechanism begins anew
                _mechanism = null;
                break;
            case IrcReadyEvent:
                IsReady = true;
                _ready.TrySetResult();
                break;
        }

        foreach (IrcEventStream stream in _streams)
        {
            // Before the client is ready nobody has it to read from.
            ValueTask written = stream.WriteAsync(sessionEvent, IsReady);
            if (!written.IsCompletedSuccessfully)
            {
                await written;
            }
        }
    }

    public ValueTask UpgradeAsync(SessionTurn<IrcClientSession> turn) => throw new NotSupportedException("IRC's session asks for no upgrade.");

    /// <summary>Keeps the policy from now on: it is renewed when a connection ends, too. <b>Spec</b>: IRCv3 STS, "Rescheduling expiry on disconnect".</summary>
    public async ValueTask KeepPolicyAsync()
    {
        if (PolicyDuration is { } duration && stsHost is not null)
        {
            try
            {
                await options.StsStore.PutAsync(stsHost, duration > TimeSpan.Zero ? new IrcStsPolicy(securePort, options.TimeProvider.GetUtcNow() + duration, duration) : null);
            }
            catch (Exception exception)
            {
                // the application's store: what it cannot keep is learnt again, and the conversation goes on
                IrcClientLog.PolicyNotKept(logger, exception, stsHost);
            }
        }
    }

    /// <summary>Waits for no reader any more.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            _hasLetGo = true;
        }

        foreach (IrcEventStream stream in _streams)
        {
            stream.LetGo();
        }
    }

    public void End(ConnectionEnd end)
    {
        lock (_gate)
        {
            _ended ??= new IrcEndedEvent(end) { Time = options.TimeProvider.GetUtcNow() };
        }

        foreach (IrcEventStream stream in _streams)
        {
            stream.Complete(_ended);
        }

        _ready.TrySetResult();
    }

    private async ValueTask AnswerAsync(IrcChallengeEvent challenge, SessionTurn<IrcClientSession> turn)
    {
        if (challenge.IsFirst)
        {
            _mechanism = SaslClient.Create(challenge.Mechanism, options.Credentials!);
        }

        byte[]? answer = _mechanism is null ? null : await _mechanism.RespondAsync(challenge.Challenge, turn.ConnectionClosed);
        turn.Session.AnswerChallenge(answer is null ? null : (ReadOnlyMemory<byte>?)answer);
    }

    private void Leave(IrcEventStream stream)
    {
        lock (_gate)
        {
            _streams = [.. _streams.Where(each => each != stream)];
        }
    }
}
