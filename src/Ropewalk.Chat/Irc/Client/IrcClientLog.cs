using Microsoft.Extensions.Logging;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>The IRC client's log messages: event ids 4100 to 4199. Endpoints are named without their secrets, channels without their keys.</summary>
internal static partial class IrcClientLog
{
    [LoggerMessage(4100, LogLevel.Information, "On {Server} as {Nick}")]
    public static partial void LetIn(ILogger logger, string server, string nick);

    [LoggerMessage(4101, LogLevel.Warning, "{Server} cannot be used: {Reason}")]
    public static partial void AttemptFailed(ILogger logger, string server, string reason);

    [LoggerMessage(4102, LogLevel.Information, "{Server} is tried again in {Delay}, after {Failures} attempts")]
    public static partial void TriesAgain(ILogger logger, string server, TimeSpan delay, int failures);

    [LoggerMessage(4103, LogLevel.Information, "The connection to {Server} has ended: {End}")]
    public static partial void Lost(ILogger logger, string server, string end);

    [LoggerMessage(4104, LogLevel.Error, "{Server} will not be tried again: {Reason}")]
    public static partial void GivenUp(ILogger logger, string server, string reason);

    [LoggerMessage(4105, LogLevel.Warning, "{Channel} was not joined ({Numeric}): {Reason}")]
    public static partial void NotJoined(ILogger logger, string channel, int numeric, string reason);
}
