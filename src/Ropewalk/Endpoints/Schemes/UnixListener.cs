using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>Removes the socket's file when listening ends.</summary>
internal sealed class UnixListener : IConnectionListener
{
    private readonly IConnectionListener _listener;
    private readonly string _path;
    private int _isUnbound;

    public UnixListener(IConnectionListener listener, string path)
    {
        _listener = listener;
        _path = path;
        EndPoint = UnixSocketFile.EndPointOf(path);
    }

    public EndPoint EndPoint { get; }

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => _listener.AcceptAsync(cancellationToken);

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _listener.UnbindAsync(cancellationToken);
        RemoveOnce();
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        RemoveOnce();
    }

    private void RemoveOnce()
    {
        if (Interlocked.Exchange(ref _isUnbound, 1) == 0)
        {
            UnixSocketFile.Remove(_path);
        }
    }
}
