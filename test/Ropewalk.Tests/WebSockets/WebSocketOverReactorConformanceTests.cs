using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Tests.Transports;
using Ropewalk.Transports.Reactor;

namespace Ropewalk.Tests.WebSockets;

/// <summary>A WebSocket over the reactor does what every stream connection does.</summary>
public sealed class WebSocketOverReactorConformanceTests : StreamConformance, IDisposable
{
    private readonly ReactorTransport _reactor = new(new ReactorTransportOptions { Loops = 2 });
    private readonly WebSocketOverTransport _transport;

    public WebSocketOverReactorConformanceTests()
    {
        _transport = new WebSocketOverTransport(_reactor, _reactor);
    }

    protected override IConnectionListenerFactory Listeners => _transport;

    protected override IConnectionFactory Clients => _transport;

    protected override bool IsFramed => true;

    protected override EndPoint NewEndPoint() => new IPEndPoint(IPAddress.Loopback, 0);

    public void Dispose() => _reactor.Dispose();
}
