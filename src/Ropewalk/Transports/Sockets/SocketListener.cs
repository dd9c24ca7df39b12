using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Transports.Sockets;

/// <summary>Accepts connections on a .NET socket. An error of one accept is thrown to the accept loop, which decides whether to go on.</summary>
internal sealed class SocketListener : IConnectionListener
{
    private readonly Socket _socket;
    private readonly SocketTransportOptions _options;
    private readonly CancellationTokenSource _unbound = new();

    public SocketListener(Socket socket, SocketTransportOptions options)
    {
        _socket = socket;
        _options = options;
        EndPoint = socket.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                Socket accepted = await _socket.AcceptAsync(cancellationToken);
                try
                {
                    SocketConnection connection = new(accepted, _options);
                    connection.Start();
                    return connection;
                }
                catch (SocketException)
                {
                    // Reset between the accept and here: the next one.
                    accepted.Dispose();
                }
            }
            catch (Exception e) when (_unbound.IsCancellationRequested && e is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // ECONNABORTED: the peer left the backlog before it was accepted.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _unbound.Cancel();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
