using Microsoft.AspNetCore.Connections;
using Ping.Session;
using Ropewalk.Sessions;

namespace Ping.Server;

/// <summary>Serves the protocol on each connection.</summary>
public sealed class PingServerHandler : SessionHandler<PingServerSession, PingServerEvent>
{
    private readonly IPingResponder _responder;
    private readonly PingServerLimits _limits;

    /// <summary>Creates the handler.</summary>
    public PingServerHandler(IPingResponder responder, PingServerOptions? options = null)
        : base(new SessionOptions { TimeProvider = options?.TimeProvider ?? TimeProvider.System })
    {
        ArgumentNullException.ThrowIfNull(responder);
        _responder = responder;
        _limits = options?.Limits ?? new PingServerLimits();
        _limits.Validate();
    }

    /// <inheritdoc/>
    protected override PingServerSession CreateSession(ConnectionContext connection) => new(_limits);

    /// <inheritdoc/>
    protected override async ValueTask OnEventAsync(PingServerEvent sessionEvent, SessionTurn<PingServerSession> turn)
    {
        string answer = await _responder.RespondAsync(sessionEvent.Token, turn.ConnectionClosed);
        turn.Session.Answer(answer, turn.Output, turn.Now);
    }
}
