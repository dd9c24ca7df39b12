using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;
using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>The server's log messages: event ids 1000 to 1079.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1000, LogLevel.Information, "Listening on {Endpoint}, bound to {BoundTo}")]
    public static partial void Listening(ILogger logger, EndpointSpec endpoint, string boundTo);

    [LoggerMessage(1001, LogLevel.Information, "Stopped listening on {Endpoint}; {Live} connections to drain")]
    public static partial void StoppedListening(ILogger logger, EndpointSpec endpoint, int live);

    [LoggerMessage(1002, LogLevel.Warning, "Aborting {Live} connections of {Endpoint}: {Reason}")]
    public static partial void Aborting(ILogger logger, EndpointSpec endpoint, int live, string reason);

    [LoggerMessage(1003, LogLevel.Error, "Left {Live} connections of {Endpoint} behind: their handlers did not return after they were aborted (first: {ConnectionId})")]
    public static partial void LeftBehind(ILogger logger, EndpointSpec endpoint, int live, string connectionId);

    [LoggerMessage(1004, LogLevel.Warning, "Cannot accept on {Endpoint} ({Error}); trying again every {Delay} until the system has room")]
    public static partial void AcceptStarved(ILogger logger, EndpointSpec endpoint, string error, TimeSpan delay);

    [LoggerMessage(1005, LogLevel.Information, "Accepting on {Endpoint} again after {Attempts} failed attempts in {Duration}")]
    public static partial void AcceptResumed(ILogger logger, EndpointSpec endpoint, int attempts, TimeSpan duration);

    [LoggerMessage(1006, LogLevel.Debug, "A connection to {Endpoint} was gone before it was accepted ({Error})")]
    public static partial void AcceptLost(ILogger logger, EndpointSpec endpoint, string error);

    [LoggerMessage(1007, LogLevel.Error, "The listener of {Endpoint} failed and accepts nothing any more")]
    public static partial void ListenerFailed(ILogger logger, EndpointSpec endpoint, Exception exception);

    [LoggerMessage(1008, LogLevel.Debug, "Connection {ConnectionId} from {Remote} on {Endpoint} started")]
    public static partial void ConnectionStarted(ILogger logger, string connectionId, string? remote, EndpointSpec endpoint);

    [LoggerMessage(1009, LogLevel.Debug, "Connection {ConnectionId} ended: {End}")]
    public static partial void ConnectionEnded(ILogger logger, string connectionId, ConnectionEnd end);

    [LoggerMessage(1010, LogLevel.Error, "The handler of connection {ConnectionId} from {Remote} on {Endpoint} failed")]
    public static partial void HandlerFailed(ILogger logger, string connectionId, string? remote, EndpointSpec endpoint, Exception exception);

    [LoggerMessage(1011, LogLevel.Debug, "Disposing connection {ConnectionId} failed")]
    public static partial void DisposeFailed(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(1012, LogLevel.Error, "A callback of connection {ConnectionId} failed when it was asked to close")]
    public static partial void RequestCloseFailed(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(1013, LogLevel.Error, "A callback on a token of connection {ConnectionId} failed")]
    public static partial void CallbackFailed(ILogger logger, string connectionId, Exception exception);
}
