using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Testing;
using Ropewalk.Tests.Transports;

namespace Ropewalk.Tests.WebSockets;

/// <summary>A WebSocket over a simulated network does what every stream connection does.</summary>
public sealed class WebSocketOverSimulatedConformanceTests : StreamConformance
{
    private readonly SimHost _host = LiveLoop.NewHost();
    private readonly WebSocketOverTransport _transport;

    public WebSocketOverSimulatedConformanceTests()
    {
        _transport = new WebSocketOverTransport(_host.Context.StreamListeners, _host.Context.StreamConnections);
    }

    protected override IConnectionListenerFactory Listeners => _transport;

    protected override IConnectionFactory Clients => _transport;

    protected override bool IsFramed => true;

    protected override EndPoint NewEndPoint() => new IPEndPoint(IPAddress.Loopback, 0);
}
