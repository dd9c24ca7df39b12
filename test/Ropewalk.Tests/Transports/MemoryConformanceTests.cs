using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Transports;

public sealed class MemoryConformanceTests : StreamConformance
{
    private readonly MemoryTransport _transport = new();

    protected override IConnectionListenerFactory Listeners => _transport;

    protected override IConnectionFactory Clients => _transport;

    protected override EndPoint NewEndPoint() => new MemoryEndPoint("service");
}
