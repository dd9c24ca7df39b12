using Microsoft.Extensions.Logging;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Server;

/// <summary>The DNS server's log messages: event ids 4300 to 4349, those of streams, transfers and NOTIFY from 4310 on.</summary>
internal static partial class DnsServerLog
{
    public const string Category = "Ropewalk.Dns.Server";

    [LoggerMessage(4300, LogLevel.Information, "{Zone} is served: serial {Serial}, {Records} records at {Names} names")]
    public static partial void ZoneServed(ILogger logger, DomainName zone, uint serial, int records, int names);

    [LoggerMessage(4301, LogLevel.Information, "{Zone} is served no longer")]
    public static partial void ZoneGone(ILogger logger, DomainName zone);

    [LoggerMessage(4302, LogLevel.Warning, "{Zone} has changed, but not its serial {Serial}: secondaries will not notice")]
    public static partial void SerialForgotten(ILogger logger, DomainName zone, uint serial);

    [LoggerMessage(4303, LogLevel.Warning, "{Finding}")]
    public static partial void ZoneWarning(ILogger logger, string finding);

    [LoggerMessage(4304, LogLevel.Warning, "{Secondary} is not told of {Zone}: too many notices wait")]
    public static partial void NoticeLeftOut(ILogger logger, DomainName zone, string secondary);

    [LoggerMessage(4305, LogLevel.Warning, "{Zone} has the serial {Serial} now, which counts as older than {Former}: secondaries will keep what they have")]
    public static partial void SerialLower(ILogger logger, DomainName zone, uint serial, uint former);

    [LoggerMessage(4306, LogLevel.Error, "{Finding}")]
    public static partial void ZoneError(ILogger logger, string finding);

    [LoggerMessage(4307, LogLevel.Error, "{Zone} is served as it was, with serial {Serial}: its file cannot be taken")]
    public static partial void ZoneKept(ILogger logger, DomainName zone, uint serial);

    [LoggerMessage(4310, LogLevel.Information, "The transfer of {Zone}, serial {Serial}, to {Peer} has begun: {Type}, {Key}")]
    public static partial void TransferBegun(ILogger logger, DomainName zone, uint serial, string peer, string type, string key);

    [LoggerMessage(4311, LogLevel.Information, "The transfer of {Zone}, serial {Serial}, to {Peer} is complete: {Type}, {Key}, {Records} records, {Bytes} bytes in {Seconds} s")]
    public static partial void TransferComplete(ILogger logger, DomainName zone, uint serial, string peer, string type, string key, long records, long bytes, string seconds);

    [LoggerMessage(4312, LogLevel.Warning, "The transfer of {Zone}, serial {Serial}, to {Peer} was cut after {Records} records: {Type}, {Key}; {End}")]
    public static partial void TransferCut(ILogger logger, DomainName zone, uint serial, string peer, long records, string type, string key, string end);

    [LoggerMessage(4313, LogLevel.Debug, "The stream of {Peer} is broken: {End}")]
    public static partial void StreamBroken(ILogger logger, string peer, string end);

    [LoggerMessage(4314, LogLevel.Warning, "{Peer} was refused the transfer of {Zone}: {ResponseCode}, {Reason} ({Type}, {Key}){LeftOut}")]
    public static partial void TransferRefused(ILogger logger, string peer, DomainName zone, string responseCode, string reason, string type, string key, string leftOut);

    [LoggerMessage(4320, LogLevel.Information, "{Secondary} has heard of {Zone}: {ResponseCode}")]
    public static partial void NotifyAnswered(ILogger logger, string secondary, string zone, string responseCode);

    [LoggerMessage(4321, LogLevel.Warning, "{Secondary} has not answered {Attempts} notices of {Zone}")]
    public static partial void NotifyGivenUp(ILogger logger, string secondary, int attempts, string zone);

    [LoggerMessage(4330, LogLevel.Information, "{Client} {Transport} {QueryName} {QueryType} {QueryClass}: {Code}, {Bytes} bytes in {Micros} µs ({Flags})", SkipEnabledCheck = true)]
    public static partial void QueryTold(ILogger logger, string client, string transport, string queryName, string queryType, string queryClass, string flags, string code, int bytes, double micros);
}
