using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.Transports;

public sealed class SocketConformanceTests : StreamConformance
{
    private readonly SocketTransport _transport = new();

    protected override IConnectionListenerFactory Listeners => _transport;

    protected override IConnectionFactory Clients => _transport;

    protected override EndPoint NewEndPoint() => new IPEndPoint(IPAddress.Loopback, 0);
}
