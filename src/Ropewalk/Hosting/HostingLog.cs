using Microsoft.Extensions.Logging;

namespace Ropewalk.Hosting;

/// <summary>The messages of this room: events 1700 to 1799.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(1700, LogLevel.Error, "Stopping {Service} did not go well")]
    public static partial void StopFailed(ILogger logger, string service, Exception exception);

    [LoggerMessage(1701, LogLevel.Information, "Configuration in force: {Lines}")]
    public static partial void Applied(ILogger logger, string lines);

    [LoggerMessage(1702, LogLevel.Error, "Configuration refused, nothing has changed: {Errors}")]
    public static partial void Refused(ILogger logger, string errors);

    [LoggerMessage(1703, LogLevel.Error, "{Service} failed to take its live settings")]
    public static partial void ApplyLiveFailed(ILogger logger, string service, Exception exception);

    [LoggerMessage(1704, LogLevel.Critical, "{Service} lost {Endpoint}: it was let go for a reload that then failed, and cannot be had back")]
    public static partial void EndpointLost(ILogger logger, string service, string endpoint, Exception exception);

    [LoggerMessage(1705, LogLevel.Information, "Reloading the configuration ({Reason})")]
    public static partial void Reloading(ILogger logger, string reason);

    [LoggerMessage(1706, LogLevel.Error, "The configuration could not be read; nothing has changed")]
    public static partial void LoadFailed(ILogger logger, Exception exception);

    [LoggerMessage(1707, LogLevel.Warning, "Cannot tell the service manager at {Socket}: {Error}")]
    public static partial void NotifyFailed(ILogger logger, string socket, string error);

    [LoggerMessage(1708, LogLevel.Warning, "{Service} still had something to end when it was stopped")]
    public static partial void LeftBehind(ILogger logger, string service);

    [LoggerMessage(1709, LogLevel.Error, "Cannot look at the files of the configuration; trying again every second, a change is noticed when that works")]
    public static partial void CannotWatch(ILogger logger, Exception exception);

    [LoggerMessage(1710, LogLevel.Error, "{Service} did not begin its work")]
    public static partial void BeginFailed(ILogger logger, string service, Exception exception);
}
