using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Ropewalk.Security.Tls;

/// <summary>The server's handshake before a handler, and the orderly end after it.</summary>
internal sealed class TlsMiddleware(ConnectionDelegate next, TlsServerSettings settings, ILogger logger)
{
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (connection.Features.Get<ITlsConnectionFeature>() is not null)
        {
            await next(connection);
            return;
        }

        var tls = new TlsTransport(connection, settings.Bounds);
        try
        {
            await TlsHandshake.AcceptAsync(tls, settings, connection, CancellationToken.None);
        }
        catch (TlsException failure)
        {
            // the peer's doing, as a rule: not the operator's business unless he asks
            TlsLog.HandshakeFailed(logger, connection.ConnectionId, connection.RemoteEndPoint?.ToString(), failure.Message);
            return;
        }

        if (logger.IsEnabled(LogLevel.Debug))
        {
            TlsLog.HandshakeDone(logger, connection.ConnectionId, tls.Protocol.ToString(), tls.NegotiatedCipherSuite?.ToString(), tls.HostName);
        }

        tls.Install();
        try
        {
            await next(connection);
            await tls.DisposeAsync();
        }
        catch
        {
            // the server aborts the connection now: no close_notify, so that the peer does not take half an answer for a whole one
            tls.Abandon();
            throw;
        }
        finally
        {
            tls.Uninstall();
        }
    }
}
