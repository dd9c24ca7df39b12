using System.Net;
using System.Net.Sockets;
using Ropewalk.Client;

namespace Ropewalk.Tests.Client;

public sealed class SystemNameResolverTests
{
    [Fact]
    public async Task LocalhostHasALoopbackAddress()
    {
        IReadOnlyList<IPAddress> v4 = await SystemNameResolver.Shared.ResolveAsync("localhost", AddressFamily.InterNetwork);
        IReadOnlyList<IPAddress> v6 = await SystemNameResolver.Shared.ResolveAsync("localhost", AddressFamily.InterNetworkV6);

        Assert.Contains(IPAddress.Loopback, v4);
        Assert.All(v4.Concat(v6), address => Assert.True(IPAddress.IsLoopback(address)));
    }
}
