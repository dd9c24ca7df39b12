using Microsoft.Extensions.Logging;

namespace Ropewalk.Dns.Server;

/// <summary>The DNS server's log messages: event ids 4300 to 4349, those of streams, transfers and NOTIFY from 4310 on.</summary>
internal static partial class DnsServerLog
{
    public const string Category = "Ropewalk.Dns.Server";

    [LoggerMessage(4310, LogLevel.Information, "The transfer of {Zone}, serial {Serial}, to {Peer} has begun")]
    public static partial void TransferBegun(ILogger logger, string zone, uint serial, string peer);

    [LoggerMessage(4311, LogLevel.Information, "The transfer of {Zone}, serial {Serial}, to {Peer} is complete: {Records} records")]
    public static partial void TransferComplete(ILogger logger, string zone, uint serial, string peer, long records);

    [LoggerMessage(4312, LogLevel.Warning, "{Count} transfers to {Peer} were cut: {End}")]
    public static partial void TransferCut(ILogger logger, int count, string peer, string end);

    [LoggerMessage(4313, LogLevel.Debug, "The stream of {Peer} is broken: {End}")]
    public static partial void StreamBroken(ILogger logger, string peer, string end);

    [LoggerMessage(4320, LogLevel.Information, "{Secondary} has heard of {Zone}: {ResponseCode}")]
    public static partial void NotifyAnswered(ILogger logger, string secondary, string zone, string responseCode);

    [LoggerMessage(4321, LogLevel.Warning, "{Secondary} has not answered {Attempts} notices of {Zone}")]
    public static partial void NotifyGivenUp(ILogger logger, string secondary, int attempts, string zone);
}
