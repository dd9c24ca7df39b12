using Microsoft.Extensions.Logging;

namespace Ropewalk.Policies;

internal static partial class PolicyLog
{
    public const string Category = "Ropewalk.Policies";

    [LoggerMessage(1500, LogLevel.Debug, "Connection {ConnectionId} from {RemoteEndPoint} refused by {Policy}: {Reason}")]
    public static partial void Refused(ILogger logger, string connectionId, string? remoteEndPoint, string policy, string reason);

    [LoggerMessage(1501, LogLevel.Debug, "Connection {ConnectionId} cut by {Policy}: {Reason}")]
    public static partial void Cut(ILogger logger, string connectionId, string policy, string reason);

    [LoggerMessage(1502, LogLevel.Debug, "Connection {ConnectionId} {Direction} {Count} bytes{Shown}")]
    public static partial void Traffic(ILogger logger, string connectionId, string direction, long count, string shown);

    [LoggerMessage(1503, LogLevel.Debug, "Connection {ConnectionId}: {Limit} bytes have been logged, and no more will be")]
    public static partial void TrafficLogFull(ILogger logger, string connectionId, long limit);

    [LoggerMessage(1504, LogLevel.Warning, "Buffers hold {TotalBytes} bytes, over the {Which} budget of {LimitBytes}: {Paused} connections paused, {Cut} cut")]
    public static partial void OverBudget(ILogger logger, long totalBytes, string which, long limitBytes, int paused, int cut);

    [LoggerMessage(1505, LogLevel.Information, "Buffers hold {TotalBytes} bytes, within the budget again")]
    public static partial void WithinBudget(ILogger logger, long totalBytes);

    [LoggerMessage(1506, LogLevel.Warning, "The limit {Limit} of {Value} is reached: a connection from {Peer} was refused{LeftOut}")]
    public static partial void LimitReached(ILogger logger, string limit, string value, string peer, string leftOut);
}
