using Microsoft.Extensions.Logging;

namespace Ropewalk.Chat.Irc.Bot;

/// <summary>The IRC bot's log messages: event ids 4200 to 4299. What people write is not among them.</summary>
internal static partial class IrcBotLog
{
    [LoggerMessage(4200, LogLevel.Error, "The handler of {Rule} failed in {Conversation}")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string rule, string conversation);

    [LoggerMessage(4201, LogLevel.Warning, "The handler of {Rule} took longer than it may in {Conversation}")]
    public static partial void HandlerTimedOut(ILogger logger, string rule, string conversation);

    [LoggerMessage(4202, LogLevel.Information, "{User} asks too much and is not heard until after a silence")]
    public static partial void Muted(ILogger logger, string user);

    [LoggerMessage(4203, LogLevel.Warning, "Too many messages wait; one of {Conversation} was not heard")]
    public static partial void NotHeard(ILogger logger, string conversation);

    [LoggerMessage(4204, LogLevel.Information, "{User} may not use {Rule}")]
    public static partial void Denied(ILogger logger, string user, string rule);

    [LoggerMessage(4205, LogLevel.Error, "A scheduled task failed")]
    public static partial void JobFailed(ILogger logger, Exception exception);

    [LoggerMessage(4206, LogLevel.Warning, "{Count} events were lost: the bot does not keep up")]
    public static partial void EventsLost(ILogger logger, long count);

    [LoggerMessage(4207, LogLevel.Information, "An answer in {Conversation} could not be sent: {Reason}")]
    public static partial void NotSent(ILogger logger, string conversation, string reason);

    [LoggerMessage(4208, LogLevel.Error, "The bot has ended: {Reason}")]
    public static partial void Ended(ILogger logger, string reason);

    [LoggerMessage(4209, LogLevel.Warning, "Handlers that did not end were left behind: {Count}")]
    public static partial void LeftBehind(ILogger logger, int count);

    [LoggerMessage(4210, LogLevel.Error, "Changed options are left out: {Reason}")]
    public static partial void NotApplied(ILogger logger, string reason);

    [LoggerMessage(4211, LogLevel.Information, "The server did not answer the goodbye in time; the bot goes without")]
    public static partial void NoGoodbye(ILogger logger);
}
