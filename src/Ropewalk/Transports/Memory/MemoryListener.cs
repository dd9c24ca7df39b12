using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Transports.Memory;

/// <summary>Listens under a name in a <see cref="MemoryTransport"/>.</summary>
internal sealed class MemoryListener : IConnectionListener
{
    private readonly MemoryTransport _transport;
    private readonly Channel<MemoryConnection> _backlog;

    public MemoryListener(MemoryTransport transport, MemoryEndPoint endPoint, int backlog)
    {
        _transport = transport;
        EndPoint = endPoint;
        _backlog = Channel.CreateBounded<MemoryConnection>(new BoundedChannelOptions(backlog) { FullMode = BoundedChannelFullMode.Wait });
    }

    public EndPoint EndPoint { get; }

    /// <summary>Hands over the server's end; false if the backlog is full or the listener is gone: the client is refused.</summary>
    public bool TryOffer(MemoryConnection connection) => _backlog.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _backlog.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_backlog.Reader.TryRead(out MemoryConnection? connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _transport.Remove(this);
        _backlog.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _transport.Remove(this);
        _backlog.Writer.TryComplete();
        while (_backlog.Reader.TryRead(out MemoryConnection? connection))
        {
            connection.Abort(new ConnectionAbortedException("The listener was closed."));
        }

        return ValueTask.CompletedTask;
    }
}
