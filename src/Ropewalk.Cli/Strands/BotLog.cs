using Microsoft.Extensions.Logging;

namespace Ropewalk.Cli.Strands;

/// <summary>The log messages of the bot's strand.</summary>
internal static partial class BotLog
{
    [LoggerMessage(9100, LogLevel.Warning, "The quotes stay as they are: {Reason}")]
    public static partial void QuotesNotRead(ILogger logger, string reason);

    [LoggerMessage(9101, LogLevel.Information, "Quotes have changed: {Count} were read from {Path}")]
    public static partial void QuotesRead(ILogger logger, int count, string path);

    [LoggerMessage(9102, LogLevel.Error, "Changed settings of the bot are left out: {Reason}")]
    public static partial void NotApplied(ILogger logger, string reason);
}
