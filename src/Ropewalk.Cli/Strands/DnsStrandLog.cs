using Microsoft.Extensions.Logging;

namespace Ropewalk.Cli.Strands;

/// <summary>The DNS strand's own log messages: event ids from 9110 on.</summary>
internal static partial class DnsStrandLog
{
    public const string Category = "Ropewalk.Cli.Dns";

    [LoggerMessage(9110, LogLevel.Warning, "{Weakness}")]
    public static partial void WeakKey(ILogger logger, string weakness);
}
