using Microsoft.Extensions.Logging;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>The IRC server's log messages: event ids 4000 to 4099.</summary>
internal static partial class IrcServerLog
{
    [LoggerMessage(4000, LogLevel.Error, "A call of the network failed")]
    public static partial void OwnerFailed(ILogger logger, Exception exception);

    [LoggerMessage(4001, LogLevel.Information, "{User} from {Address} registered")]
    public static partial void Registered(ILogger logger, string user, string address);

    [LoggerMessage(4002, LogLevel.Information, "{User} left: {Reason}")]
    public static partial void Left(ILogger logger, string user, string reason);

    [LoggerMessage(4003, LogLevel.Error, "The store of {What} cannot be used")]
    public static partial void StoreFailed(ILogger logger, Exception exception, string what);

    [LoggerMessage(4004, LogLevel.Information, "Took over {Channels} registered channels, {Accounts} accounts and {Bans} bans")]
    public static partial void Loaded(ILogger logger, int channels, int accounts, int bans);

    [LoggerMessage(4005, LogLevel.Warning, "The store of {What} has not answered for {Timeout}; who waited for it goes on")]
    public static partial void StoreOverdue(ILogger logger, string what, TimeSpan timeout);
}
