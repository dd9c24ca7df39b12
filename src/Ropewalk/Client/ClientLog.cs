using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;

namespace Ropewalk.Client;

/// <summary>The client's log messages: event ids 1100 to 1199.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(1100, LogLevel.Warning, "Connecting to {Endpoint} failed for the {Failures}. time in a row: {Reason}")]
    public static partial void ConnectFailed(ILogger logger, EndpointSpec endpoint, int failures, string reason);

    [LoggerMessage(1101, LogLevel.Information, "Connecting to {Endpoint} again in {Delay}")]
    public static partial void Reconnecting(ILogger logger, EndpointSpec endpoint, TimeSpan delay);
}
