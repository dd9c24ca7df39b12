using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Storage;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Is a whole server in memory, on virtual time, and its clients.</summary>
internal sealed class IrcTestServer : IAsyncDisposable
{
    private readonly EndpointContext _endpoints;
    private readonly ConnectionServer _listeners;
    private readonly List<IrcTestClient> _clients = [];

    private IrcTestServer(VirtualTime time, IrcServer server, EndpointContext endpoints)
    {
        Time = time;
        Server = server;
        _endpoints = endpoints;
        _listeners = new ConnectionServer(endpoints);
    }

    public VirtualTime Time { get; }

    public IrcServer Server { get; }

    /// <summary>Starts a server without flood penalties; passwords cost little.</summary>
    public static async Task<IrcTestServer> StartAsync(Action<IrcServerOptions>? configure = null, IRecordStore? records = null)
    {
        var time = new VirtualTime();
        var options = new IrcServerOptions { TimeProvider = time, Records = records ?? new MemoryRecordStore() };
        options.Network.ServerName = "irc.test";
        options.Network.NetworkName = "Test";
        options.Network.Classes = [new IrcConnectionClass { FloodAllowance = TimeSpan.Zero, MaxPerAddress = 1000 }];
        options.Authentication.Iterations = 4096;
        options.Authentication.TimeProvider = time;
        configure?.Invoke(options);
        var server = new IrcTestServer(time, await IrcServer.StartAsync(options), new EndpointContext { TimeProvider = time });
        await server._listeners.ListenAsync("mem:irc", server.Server.OnConnectedAsync);
        return server;
    }

    /// <summary>Connects, and says nothing.</summary>
    public async Task<IrcTestClient> ConnectAsync()
    {
        var client = new IrcTestClient(await new ConnectionClient(_endpoints).ConnectAsync(EndpointSpec.Parse("mem:irc")));
        _clients.Add(client);
        return client;
    }

    /// <summary>Connects and registers; what the server greets with is read.</summary>
    /// <param name="nick">The nickname.</param>
    /// <param name="capabilities">What is asked for, with spaces between; null for a client that knows nothing of capabilities.</param>
    public async Task<IrcTestClient> RegisterAsync(string nick, string? capabilities = null)
    {
        IrcTestClient client = await ConnectAsync();
        if (capabilities is not null)
        {
            await client.SendAsync("CAP LS 302", $"CAP REQ :{capabilities}", "CAP END");
        }

        await client.SendAsync($"NICK {nick}", $"USER {nick} 0 * :{nick} of Test");
        await client.ReadUntilAsync(line => line.Contains(" 422 ", StringComparison.Ordinal) || line.Contains(" 376 ", StringComparison.Ordinal));
        await client.SyncAsync();
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IrcTestClient client in _clients)
        {
            await client.DisposeAsync();
        }

        await _listeners.DisposeAsync();
    }
}
