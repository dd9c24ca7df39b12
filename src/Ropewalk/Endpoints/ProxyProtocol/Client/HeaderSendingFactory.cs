using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints.ProxyProtocol.Wire;

namespace Ropewalk.Endpoints.ProxyProtocol.Client;

/// <summary>Sends a PROXY header on each connection before anything else, TLS included.</summary>
internal sealed class HeaderSendingFactory : IConnectionFactory
{
    private readonly IConnectionFactory _inner;
    private readonly EndpointContext _context;
    private readonly int _version;

    public HeaderSendingFactory(IConnectionFactory inner, EndpointContext context, int version)
    {
        _inner = inner;
        _context = context;
        _version = version;
    }

    /// <summary>Gets whether a connection was made through this factory: a scheme with a transport of its own does not.</summary>
    public bool WasUsed { get; private set; }

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        WasUsed = true;
        ConnectionContext connection = await _inner.ConnectAsync(endpoint, cancellationToken);
        await SendAsync(connection, cancellationToken);
        return connection;
    }

    public async ValueTask SendAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        ConnectionContext from = _context.Origin ?? connection;
        ProxyHeader header = _context.Origin is null
            ? new ProxyHeader(_version, ProxyCommand.Proxy, from.LocalEndPoint, from.RemoteEndPoint)
            : new ProxyHeader(_version, ProxyCommand.Proxy, from.RemoteEndPoint, from.LocalEndPoint);
        try
        {
            new ProxyHeaderEncoder().Encode(header, connection.Transport.Output);
            await connection.Transport.Output.FlushAsync(cancellationToken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
