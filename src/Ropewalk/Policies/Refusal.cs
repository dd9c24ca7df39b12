using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Policies;

/// <summary>Ends connections for a policy: the end reason first, then a reset, which costs neither side a state to keep.</summary>
internal static class Refusal
{
    public static Task Refuse(ConnectionContext connection, IConnectionPolicy policy, ConnectionEndReason reason, string detail, ILogger logger, string? limit = null)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            PolicyLog.Refused(logger, connection.ConnectionId, connection.RemoteEndPoint?.ToString(), policy.Name, detail);
        }

        EngineMeter.LimitHit(limit ?? policy.Name);
        End(connection, reason, ErrorSide.Remote, detail);
        return Task.CompletedTask;
    }

    public static void Cut(ConnectionContext connection, IConnectionPolicy policy, ConnectionEndReason reason, string detail, ILogger logger)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            PolicyLog.Cut(logger, connection.ConnectionId, policy.Name, detail);
        }

        EngineMeter.LimitHit(policy.Name);
        End(connection, reason, ErrorSide.Remote, detail);
    }

    private static void End(ConnectionContext connection, ConnectionEndReason reason, ErrorSide side, string detail)
    {
        connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(new ConnectionEnd(reason, side, detail));
        connection.Abort(new ConnectionAbortedException(detail));
    }
}
