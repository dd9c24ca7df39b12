using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Security.Tls;

namespace Ropewalk.Tests.Security.Tls;

/// <summary>A transport with a handshake before each connection is handed over.</summary>
internal sealed class TlsOverTransport(IConnectionListenerFactory listeners, IConnectionFactory clients) : IConnectionListenerFactory, IConnectionFactory
{
    private readonly TlsServerOptions _server = TestCertificates.Server();
    private readonly TlsClientOptions _client = TestCertificates.Client();

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await listeners.BindAsync(endpoint, cancellationToken), _server);

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ConnectionContext connection = await clients.ConnectAsync(endpoint, cancellationToken);
        await connection.UpgradeToTlsAsync(_client, cancellationToken);
        return connection;
    }

    private sealed class Listener(IConnectionListener inner, TlsServerOptions options) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            ConnectionContext? connection = await inner.AcceptAsync(cancellationToken);
            if (connection is not null)
            {
                await connection.UpgradeToTlsAsync(options, cancellationToken);
            }

            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
