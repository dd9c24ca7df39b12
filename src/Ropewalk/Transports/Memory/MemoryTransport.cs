using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Transports.Memory;

/// <summary>
/// A little network of names inside one process: what listens under a name is reached by it, with all that a socket has (backlog, bounded
/// buffers, backpressure, half-close, reset). Two instances know nothing of each other.
/// </summary>
public sealed class MemoryTransport : IConnectionListenerFactory, IConnectionFactory
{
    private readonly ConcurrentDictionary<string, MemoryListener> _listeners = new(StringComparer.Ordinal);
    private readonly MemoryTransportOptions _options;
    private long _lastClient;

    /// <summary>Creates an empty network.</summary>
    public MemoryTransport(MemoryTransportOptions? options = null) => _options = options ?? new MemoryTransportOptions();

    /// <summary>Makes two joined connections without a listener.</summary>
    public static (ConnectionContext Client, ConnectionContext Server) CreatePair(MemoryTransportOptions? options = null)
    {
        (MemoryConnection client, MemoryConnection server) = Join(options ?? new MemoryTransportOptions(), new MemoryEndPoint("client"), new MemoryEndPoint("server"));
        return (client, server);
    }

    /// <summary>Listens under the name of a <see cref="MemoryEndPoint"/>.</summary>
    /// <exception cref="AddressInUseException">Somebody listens under that name.</exception>
    /// <exception cref="NotSupportedException"><paramref name="endpoint"/> is of another kind.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        MemoryEndPoint name = NameOf(endpoint);
        MemoryListener listener = new(this, name, _options.Backlog);
        return _listeners.TryAdd(name.Name, listener)
            ? new ValueTask<IConnectionListener>(listener)
            : throw new AddressInUseException($"{name} is in use.");
    }

    /// <summary>Connects to the listener of that name.</summary>
    /// <exception cref="SocketException">Nobody listens under that name, or its backlog is full: <see cref="SocketError.ConnectionRefused"/>.</exception>
    public ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        MemoryEndPoint name = NameOf(endpoint);
        if (!_listeners.TryGetValue(name.Name, out MemoryListener? listener))
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        MemoryEndPoint from = new($"client-{Interlocked.Increment(ref _lastClient)}");
        (MemoryConnection client, MemoryConnection server) = Join(_options, from, name);
        return listener.TryOffer(server)
            ? new ValueTask<ConnectionContext>(client)
            : throw new SocketException((int)SocketError.ConnectionRefused);
    }

    internal void Remove(MemoryListener listener) =>
        _listeners.TryRemove(new KeyValuePair<string, MemoryListener>(((MemoryEndPoint)listener.EndPoint).Name, listener));

    private static MemoryEndPoint NameOf(EndPoint endpoint) => endpoint as MemoryEndPoint
        ?? throw new NotSupportedException($"The memory transport knows only {nameof(MemoryEndPoint)}s, not {endpoint?.GetType().Name ?? "null"}.");

    private static (MemoryConnection Client, MemoryConnection Server) Join(MemoryTransportOptions options, EndPoint from, EndPoint to)
    {
        MemoryLink up = new(options.LinkCapacityBytes);
        MemoryLink down = new(options.LinkCapacityBytes);
        MemoryConnection client = new(down, up, options, from, to);
        MemoryConnection server = new(up, down, options, to, from);
        return (client, server);
    }
}
