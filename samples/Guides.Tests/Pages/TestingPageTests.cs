using Ropewalk.Testing;

namespace Guides.Tests.Pages;

/// <summary>What docs/testing.md shows besides <see cref="StoreClientTests"/>.</summary>
public sealed class TestingPageTests
{
    [Fact]
    public async Task AProtocolsOwnServer()
    {
        await using var server = await InProcessServer.StartAsync(p => p.UseStore(("apples", "7"), ("plums", "2")).UsePort());
        var client = new StoreClient(() => server.Context.ConnectAsync(server.Spec), TimeProvider.System);
        Assert.Equal("2", await client.GetAsync("plums"));
        Assert.Null(await client.GetAsync("pears"));
    }
}
