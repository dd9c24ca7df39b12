using Microsoft.Extensions.Logging;

namespace Ropewalk.Security.Tls;

internal static partial class TlsLog
{
    public const string Category = "Ropewalk.Security.Tls";

    [LoggerMessage(1600, LogLevel.Debug, "Connection {ConnectionId} from {RemoteEndPoint}: {Failure}")]
    public static partial void HandshakeFailed(ILogger logger, string connectionId, string? remoteEndPoint, string failure);

    [LoggerMessage(1601, LogLevel.Debug, "Connection {ConnectionId} speaks {Protocol} with {CipherSuite}, for the name \"{ServerName}\"")]
    public static partial void HandshakeDone(ILogger logger, string connectionId, string protocol, string? cipherSuite, string serverName);

    [LoggerMessage(1602, LogLevel.Warning, "The certificate in {Source} ended on {End:yyyy-MM-dd}: clients will refuse it until it is replaced")]
    public static partial void CertificateExpired(ILogger logger, string source, DateTime end);
}
