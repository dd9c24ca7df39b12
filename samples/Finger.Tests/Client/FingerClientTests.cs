using Finger.Client;
using Finger.Server;
using Finger.Tests.Server;
using Finger.Wire;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Testing;

namespace Finger.Tests.Client;

public sealed class FingerClientTests
{
    private static readonly EndpointSpec Memory = EndpointSpec.Parse("mem:finger");

    private readonly EndpointContext _context = new();

    [Fact]
    public async Task AnAnswerComesWholeAndFiltered()
    {
        await using ConnectionServer server = await ServeAsync(new FingerServerHandler(Users.Directory).OnConnectedAsync);
        FingerClient client = Client();
        Assert.Equal("Login: alice\tName: Alice Liddell\n", await client.QueryAsync(Memory, FingerQuery.Parse("alice")));
        Assert.StartsWith("Login      Name\n", await client.QueryAsync(Memory, FingerQuery.List));
    }

    [Fact]
    public async Task AServersControlCharactersDoNotReachTheTerminal()
    {
        await using ConnectionServer server = await ServeAsync(connection => SayAsync(connection, "\u001b]0;owned\u0007é\r\n"u8.ToArray()));
        Assert.Equal("]0;owned\n", await Client().QueryAsync(Memory, FingerQuery.List));
        Assert.Equal("]0;ownedé\n", await Client(new FingerClientOptions { AllowsInternational = true }).QueryAsync(Memory, FingerQuery.List));
    }

    [Fact]
    public async Task AnAnswerThatIsResetIsNoAnswer()
    {
        await using ConnectionServer server = await ServeAsync(async connection =>
        {
            await SayAsync(connection, "half an ans"u8.ToArray());
            connection.Abort();
        });
        Assert.Equal(ErrorSide.Remote, (await Assert.ThrowsAsync<FingerException>(() => Client().QueryAsync(Memory, FingerQuery.List))).Side);
    }

    [Fact]
    public async Task AnEndlessAnswerIsCutOff()
    {
        await using ConnectionServer server = await ServeAsync(async connection =>
        {
            while (!(await connection.Transport.Output.WriteAsync(new byte[10_000])).IsCompleted)
            {
            }
        });
        var failure = await Assert.ThrowsAsync<FingerException>(() => Client(new FingerClientOptions { Limits = { MaxAnswerBytes = 50_000 } }).QueryAsync(Memory, FingerQuery.List));
        Assert.Contains("50000", failure.Message);
    }

    [Fact]
    public async Task ASilentServerIsLeft()
    {
        var time = new VirtualTime();
        await using ConnectionServer server = await ServeAsync(async connection => await Task.Delay(Timeout.Infinite, connection.ConnectionClosed));
        Task<string> asking = Client(new FingerClientOptions { TimeProvider = time }).QueryAsync(Memory, FingerQuery.List);
        while (time.ArmedTimers == 0)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Contains("TimedOut", (await Assert.ThrowsAsync<FingerException>(() => asking)).Message);
    }

    [Fact]
    public async Task AQueryCanBeGivenUp()
    {
        await using ConnectionServer server = await ServeAsync(async connection => await Task.Delay(Timeout.Infinite, connection.ConnectionClosed));
        using var cancel = new CancellationTokenSource();
        Task<string> asking = Client().QueryAsync(Memory, FingerQuery.List, cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task ATargetNamesItsHostBehindTheLastAt()
    {
        await using var server = new ConnectionServer(_context);
        Listening listening = await server.ListenAsync("tcp:127.0.0.1:0", new FingerServerHandler(Users.Directory).OnConnectedAsync);
        int port = ((System.Net.IPEndPoint)listening.EndPoint!).Port;
        FingerClient client = Client(new FingerClientOptions { Port = port });
        Assert.Equal("Login: alice\tName: Alice Liddell\n", await client.QueryAsync("alice@127.0.0.1"));
        Assert.Equal("Finger forwarding service denied\n", await client.QueryAsync("alice@inner@127.0.0.1"));
        await Assert.ThrowsAsync<FormatException>(() => client.QueryAsync("alice"));
        await Assert.ThrowsAsync<FormatException>(() => client.QueryAsync("alice@"));
    }

    [Fact]
    public async Task AServerForwardsByTheClient()
    {
        await using ConnectionServer inner = await ServeAsync(new FingerServerHandler(Users.Directory).OnConnectedAsync);
        var outer = new FingerServerHandler(Users.Directory, new FingerServerOptions { Limits = { AllowsForwarding = true }, Forwarder = new MemoryForwarder(Client()) });
        await Transcript.Parse("C: alice@anywhere\nS: Login: alice\tName: Alice Liddell\nend S").PlayClientAsync(outer.OnConnectedAsync);
    }

    private FingerClient Client(FingerClientOptions? options = null) => new(new ConnectionClient(_context), options);

    private async Task<ConnectionServer> ServeAsync(ConnectionDelegate app)
    {
        // no test waits for a server that is silent on purpose
        var server = new ConnectionServer(_context, new ConnectionServerOptions { DrainTimeout = TimeSpan.Zero });
        await server.ListenAsync(Memory, app);
        return server;
    }

    private static async Task SayAsync(ConnectionContext connection, byte[] answer) => await connection.Transport.Output.WriteAsync(answer);

    private sealed class MemoryForwarder(FingerClient client) : IFingerForwarder
    {
        public async ValueTask<string> AskAsync(string host, FingerQuery query, CancellationToken cancellationToken) =>
            await client.QueryAsync(Memory, query, cancellationToken);
    }
}
