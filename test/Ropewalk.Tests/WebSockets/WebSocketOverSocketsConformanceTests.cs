using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Tests.Transports;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.WebSockets;

/// <summary>A WebSocket over real sockets does what every stream connection does.</summary>
public sealed class WebSocketOverSocketsConformanceTests : StreamConformance
{
    private readonly WebSocketOverTransport _transport;

    public WebSocketOverSocketsConformanceTests()
    {
        var below = new SocketTransport();
        _transport = new WebSocketOverTransport(below, below);
    }

    protected override IConnectionListenerFactory Listeners => _transport;

    protected override IConnectionFactory Clients => _transport;

    protected override bool IsFramed => true;

    protected override EndPoint NewEndPoint() => new IPEndPoint(IPAddress.Loopback, 0);
}
