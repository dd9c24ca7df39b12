using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Testing.Served;

/// <summary>Is TCP in memory: what listens at an address and port is reached there, and at every address if it is bound to all.</summary>
internal sealed class MemoryStreams(MemoryTransport memory) : IConnectionListenerFactory, IConnectionFactory
{
    private const int FirstEphemeralPort = 49_152;  // RFC 6335 §6

    private readonly Lock _gate = new();
    private readonly HashSet<IPEndPoint> _bound = [];
    private int _lastPort = FirstEphemeralPort - 1;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not IPEndPoint at)
        {
            return await memory.BindAsync(endpoint, cancellationToken);
        }

        if (at.Port == 0)
        {
            at = new IPEndPoint(at.Address, NextPort());
        }

        IConnectionListener listener = await memory.BindAsync(NameOf(at), cancellationToken);
        lock (_gate)
        {
            _bound.Add(at);
        }

        return new AddressedListener(this, listener, at);
    }

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not IPEndPoint to)
        {
            return await memory.ConnectAsync(endpoint, cancellationToken);
        }

        ConnectionContext client = await memory.ConnectAsync(NameOf(Find(to) ?? throw new SocketException((int)SocketError.ConnectionRefused)), cancellationToken);
        client.RemoteEndPoint = to;
        return client;
    }

    private static MemoryEndPoint NameOf(IPEndPoint at) => new($"tcp:{at}");

    private IPEndPoint? Find(IPEndPoint to)
    {
        lock (_gate)
        {
            IPEndPoint[] places = [to, new(to.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, to.Port), new(IPAddress.IPv6Any, to.Port)];
            return Array.Find(places, _bound.Contains);
        }
    }

    private void Remove(IPEndPoint at)
    {
        lock (_gate)
        {
            _bound.Remove(at);
        }
    }

    private int NextPort()
    {
        lock (_gate)
        {
            _lastPort = _lastPort == IPEndPoint.MaxPort ? FirstEphemeralPort : _lastPort + 1;
            return _lastPort;
        }
    }

    private sealed class AddressedListener(MemoryStreams streams, IConnectionListener inner, IPEndPoint at) : IConnectionListener
    {
        public EndPoint EndPoint => at;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (await inner.AcceptAsync(cancellationToken) is not { } connection)
            {
                return null;
            }

            // As a socket shows it, for whatever goes by addresses.
            connection.LocalEndPoint = at;
            connection.RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, streams.NextPort());
            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            streams.Remove(at);
            return inner.UnbindAsync(cancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            streams.Remove(at);
            return inner.DisposeAsync();
        }
    }
}
