using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Security.Tls;

/// <summary>Puts TLS on a connection that is already talking: STARTTLS, STLS, AUTH TLS.</summary>
public static class TlsConnectionExtensions
{
    /// <summary>
    /// Speaks TLS from here on, as the server: replaces <see cref="ConnectionContext.Transport"/> and sets the TLS features.
    /// </summary>
    /// <remarks>
    /// <b>Call</b>: when the peer has asked for TLS and all that belongs to the request has been consumed. Write the go-ahead (<c>220</c>,
    /// <c>+OK</c>) and do not flush it: it is sent after the look for buffered plain text. Afterwards use the new transport only; forget
    /// everything that was learnt in plain text (RFC 3207 §4.2).
    /// </remarks>
    /// <exception cref="TlsException">Plain text was buffered behind the request, or the handshake failed. The connection's end reason says so; end it.</exception>
    public static async ValueTask UpgradeToTlsAsync(this ConnectionContext connection, TlsServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        TlsServerSettings settings = options.Settings;
        await TlsHandshake.RefusePlaintextAsync(connection, isServer: true, cancellationToken);
        var tls = new TlsTransport(connection, settings.Bounds);
        await TlsHandshake.AcceptAsync(tls, settings, connection, cancellationToken);
        tls.Install();
    }

    /// <summary>
    /// Speaks TLS from here on, as the client: replaces <see cref="ConnectionContext.Transport"/> and sets the TLS features.
    /// </summary>
    /// <remarks><b>Call</b>: when the server's go-ahead has been read and consumed. A server that sent anything behind it is refused.</remarks>
    /// <exception cref="TlsException">Plain text was buffered behind the go-ahead, or the handshake failed. The connection's end reason says so; end it.</exception>
    public static async ValueTask UpgradeToTlsAsync(this ConnectionContext connection, TlsClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        TlsClientSettings settings = options.Settings;
        await TlsHandshake.RefusePlaintextAsync(connection, isServer: false, cancellationToken);
        var tls = new TlsTransport(connection, settings.Bounds);
        await TlsHandshake.ConnectAsync(tls, settings, connection, cancellationToken);
        tls.Install();
    }
}
