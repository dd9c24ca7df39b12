using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Transports;

public sealed class SimulatedConformanceTests : StreamConformance
{
    private readonly SimHost _host = LiveLoop.NewHost();

    protected override IConnectionListenerFactory Listeners => _host.Context.StreamListeners;

    protected override IConnectionFactory Clients => _host.Context.StreamConnections;

    protected override EndPoint NewEndPoint() => new IPEndPoint(IPAddress.Loopback, 0);
}
