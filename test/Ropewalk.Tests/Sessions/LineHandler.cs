using Microsoft.AspNetCore.Connections;
using Ropewalk.Security.Tls;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Sessions;

/// <summary>Serves <see cref="LineSession"/>s; by default it echoes each line.</summary>
internal sealed class LineHandler(SessionOptions? options = null) : SessionHandler<LineSession, LineEvent>(options)
{
    private readonly TaskCompletionSource<ConnectionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SessionTurn<LineSession>> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<LineSession> Make { get; init; } = () => new LineSession();

    public Func<LineEvent, SessionTurn<LineSession>, ValueTask> Handle { get; init; } = Echo;

    public Func<SessionTurn<LineSession>, ValueTask>? Upgrade { get; init; }

    public TlsServerOptions? Tls { get; init; }

    /// <summary>The end of the last conversation.</summary>
    public Task<ConnectionEnd> Ended => _ended.Task;

    /// <summary>The turn of the last conversation: tests look at its session after the end, and use its port.</summary>
    public Task<SessionTurn<LineSession>> Begun => _begun.Task;

    public static ValueTask Echo(LineEvent line, SessionTurn<LineSession> turn)
    {
        turn.Session.Say(line.Line, turn.Output);
        return default;
    }

    protected override TlsServerOptions? UpgradeOptions => Tls;

    protected override LineSession CreateSession(ConnectionContext connection) => Make();

    protected override ValueTask OnBeginAsync(SessionTurn<LineSession> turn)
    {
        _begun.TrySetResult(turn);
        return default;
    }

    protected override ValueTask OnEventAsync(LineEvent sessionEvent, SessionTurn<LineSession> turn) => Handle(sessionEvent, turn);

    protected override ValueTask UpgradeAsync(SessionTurn<LineSession> turn) => Upgrade is null ? base.UpgradeAsync(turn) : Upgrade(turn);

    protected override ValueTask OnEndAsync(SessionTurn<LineSession> turn, ConnectionEnd end)
    {
        _ended.TrySetResult(end);
        return default;
    }
}
