using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Tests.Transports;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.Security.Tls;

/// <summary>A TLS connection over real sockets does what every stream connection does.</summary>
public sealed class TlsOverSocketsConformanceTests : StreamConformance
{
    private readonly TlsOverTransport _transport;

    public TlsOverSocketsConformanceTests()
    {
        var sockets = new SocketTransport();
        _transport = new TlsOverTransport(sockets, sockets);
    }

    protected override IConnectionListenerFactory Listeners => _transport;

    protected override IConnectionFactory Clients => _transport;

    protected override bool IsEncrypted => true;

    protected override EndPoint NewEndPoint() => new IPEndPoint(IPAddress.Loopback, 0);
}
