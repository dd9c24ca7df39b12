using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Transports.Sockets;

/// <summary>
/// Listens and connects over .NET sockets, on every platform: TCP, Unix sockets and sockets handed over by a supervisor
/// (<see cref="FileHandleEndPoint"/>). It is the one that works everywhere; on Linux the reactor does the same with less.
/// </summary>
public sealed class SocketTransport : IConnectionListenerFactory, IConnectionFactory
{
    private readonly SocketTransportOptions _options;

    /// <summary>Creates the transport.</summary>
    public SocketTransport(SocketTransportOptions? options = null) => _options = options ?? new SocketTransportOptions();

    /// <summary>Binds and listens.</summary>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    /// <exception cref="SocketException">The system refuses for another reason.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new SocketListener(ListeningSocket.Open(endpoint, _options.Backlog), _options));

    /// <summary>Connects to one address. Names are resolved by <c>ConnectionClient</c>.</summary>
    /// <exception cref="SocketException">Refused, unreachable, or refused by the system.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket socket = endpoint is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            SocketConnection connection = new(socket, _options);
            connection.Start();
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
