using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Testing.Simulated;

/// <summary>Listens on a simulated host.</summary>
internal sealed class SimListener(IPEndPoint at, List<SimListener> all) : IConnectionListener
{
    private const int Backlog = 512; // Kestrel's

    private readonly Channel<SimConnection> _backlog = Channel.CreateBounded<SimConnection>(Backlog);

    public IPEndPoint At => at;

    public EndPoint EndPoint => at;

    public bool HasRoom => _backlog.Reader.Count < Backlog;

    public bool Takes(IPAddress address) => at.Address.Equals(address) || at.Address.Equals(IPAddress.IPv6Any)
        || (at.Address.Equals(IPAddress.Any) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);

    // when its host's life ends it is only forgotten: who waits for a connection waits for ever, as everything there does
    public bool TryOffer(SimConnection connection) => _backlog.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _backlog.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_backlog.Reader.TryRead(out SimConnection? connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        lock (all)
        {
            all.Remove(this);
        }

        _backlog.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        while (_backlog.Reader.TryRead(out SimConnection? connection))
        {
            connection.Abort(new ConnectionAbortedException("The listener was closed."));
        }
    }
}
