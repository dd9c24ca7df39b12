using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Tests.Transports;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Security.Tls;

/// <summary>A TLS connection does what every stream connection does.</summary>
public sealed class TlsOverMemoryConformanceTests : StreamConformance
{
    private readonly TlsOverTransport _transport;

    public TlsOverMemoryConformanceTests()
    {
        var memory = new MemoryTransport();
        _transport = new TlsOverTransport(memory, memory);
    }

    protected override IConnectionListenerFactory Listeners => _transport;

    protected override IConnectionFactory Clients => _transport;

    protected override bool IsEncrypted => true;

    protected override EndPoint NewEndPoint() => new MemoryEndPoint("service");
}
