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

    [LoggerMessage(4106, LogLevel.Error, "Nothing more is joined on this connection, which is given up")]
    public static partial void NotReturned(ILogger logger, Exception exception);

    [LoggerMessage(4107, LogLevel.Error, "The policy of {Host} for secure connections was not kept")]
    public static partial void PolicyNotKept(ILogger logger, Exception exception, string host);

    [LoggerMessage(4108, LogLevel.Warning, "{Channel} is not kept: there are too many channels to join again")]
    public static partial void NotRemembered(ILogger logger, string channel);

    [LoggerMessage(4109, LogLevel.Information, "{Channel} was not left ({Numeric}): {Reason}; it is not joined again")]
    public static partial void NotLeft(ILogger logger, string channel, int numeric, string reason);
}
