using Microsoft.AspNetCore.Connections;
using Ropewalk.Security.Tls;
using Ropewalk.Tests.Transports;

namespace Ropewalk.Tests.Security.Tls;

/// <summary>A transport with a handshake before each connection is handed over.</summary>
internal sealed class TlsOverTransport(IConnectionListenerFactory listeners, IConnectionFactory clients) : LayerOverTransport(listeners, clients)
{
    private readonly TlsServerOptions _server = TestCertificates.Server();
    private readonly TlsClientOptions _client = TestCertificates.Client();

    protected override async ValueTask UpgradeClientAsync(ConnectionContext connection, CancellationToken cancellationToken) => await connection.UpgradeToTlsAsync(_client, cancellationToken);

    protected override async ValueTask UpgradeServerAsync(ConnectionContext connection, CancellationToken cancellationToken) => await connection.UpgradeToTlsAsync(_server, cancellationToken);
}
