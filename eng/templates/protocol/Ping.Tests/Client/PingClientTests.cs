using Ping.Client;
using Ping.Server;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Server;

namespace Ping.Tests.Client;

public sealed class PingClientTests
{
    private readonly EndpointContext _context = new();

    [Fact]
    public async Task ManyProbesAreUnderWayAtOnce()
    {
        await using ConnectionServer server = await ServeAsync(new EchoResponder());
        await using PingClient client = await PingClient.ConnectAsync("mem:ping", new ConnectionClient(_context));
        string[] tokens = [.. Enumerable.Range(0, 100).Select(i => $"token {i}")];
        Assert.Equal(tokens, await Task.WhenAll(tokens.Select(token => client.PingAsync(token))));
        await client.QuitAsync();
        await Assert.ThrowsAsync<ProtocolException>(() => client.PingAsync("late"));
    }

    [Fact]
    public async Task AServerThatFailsFailsTheProbe()
    {
        await using ConnectionServer server = await ServeAsync(new FailingResponder());
        await using PingClient client = await PingClient.ConnectAsync("mem:ping", new ConnectionClient(_context));
        Assert.Equal(ErrorScope.Connection, (await Assert.ThrowsAsync<PingException>(() => client.PingAsync("x"))).Scope);
    }

    private async Task<ConnectionServer> ServeAsync(IPingResponder responder)
    {
        var server = new ConnectionServer(_context);
        await server.ListenAsync("mem:ping", new PingServerHandler(responder).OnConnectedAsync);
        return server;
    }

    private sealed class FailingResponder : IPingResponder
    {
        public ValueTask<string> RespondAsync(string token, CancellationToken cancellationToken) => throw new InvalidOperationException("broken");
    }
}
