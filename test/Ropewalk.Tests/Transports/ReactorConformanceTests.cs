using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Reactor;

namespace Ropewalk.Tests.Transports;

public sealed class ReactorConformanceTests : StreamConformance, IDisposable
{
    private readonly ReactorTransport _transport = new(new ReactorTransportOptions { Loops = 2 });

    protected override IConnectionListenerFactory Listeners => _transport;

    protected override IConnectionFactory Clients => _transport;

    protected override EndPoint NewEndPoint() => new IPEndPoint(IPAddress.Loopback, 0);

    public void Dispose() => _transport.Dispose();
}
