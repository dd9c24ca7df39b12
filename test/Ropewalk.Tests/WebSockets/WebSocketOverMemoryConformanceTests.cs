using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Tests.Transports;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.WebSockets;

/// <summary>A WebSocket does what every stream connection does.</summary>
public sealed class WebSocketOverMemoryConformanceTests : StreamConformance
{
    private readonly WebSocketOverTransport _transport;

    public WebSocketOverMemoryConformanceTests()
    {
        var below = new MemoryTransport();
        _transport = new WebSocketOverTransport(below, below);
    }

    protected override IConnectionListenerFactory Listeners => _transport;

    protected override IConnectionFactory Clients => _transport;

    protected override bool IsFramed => true;

    protected override EndPoint NewEndPoint() => new MemoryEndPoint("service");
}
