using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Tests.Transports;

/// <summary>A transport with a layer put on each connection before it is handed over.</summary>
internal abstract class LayerOverTransport(IConnectionListenerFactory listeners, IConnectionFactory clients) : IConnectionListenerFactory, IConnectionFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await listeners.BindAsync(endpoint, cancellationToken), this);

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ConnectionContext connection = await clients.ConnectAsync(endpoint, cancellationToken);
        await UpgradeClientAsync(connection, cancellationToken);
        return connection;
    }

    protected abstract ValueTask UpgradeClientAsync(ConnectionContext connection, CancellationToken cancellationToken);

    protected abstract ValueTask UpgradeServerAsync(ConnectionContext connection, CancellationToken cancellationToken);

    private sealed class Listener(IConnectionListener inner, LayerOverTransport layer) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            ConnectionContext? connection = await inner.AcceptAsync(cancellationToken);
            if (connection is not null)
            {
                await layer.UpgradeServerAsync(connection, cancellationToken);
            }

            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
