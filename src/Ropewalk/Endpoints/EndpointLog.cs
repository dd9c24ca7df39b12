using Microsoft.Extensions.Logging;

namespace Ropewalk.Endpoints;

/// <summary>The endpoints' log messages: event ids 1080 to 1099, out of the server's block.</summary>
internal static partial class EndpointLog
{
    [LoggerMessage(1080, LogLevel.Warning, "{Sender} is not among the trusted senders of {Endpoint} and was refused; further ones are counted only")]
    public static partial void UntrustedSender(ILogger logger, string sender, EndpointSpec endpoint);
}
