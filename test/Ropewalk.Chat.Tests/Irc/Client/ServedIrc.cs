using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Client;

/// <summary>A scripted server in memory, and what a client needs to reach it.</summary>
internal sealed class ServedIrc : IAsyncDisposable
{
    private readonly EndpointContext _context = new();
    private readonly ConnectionServer _server;

    private ServedIrc()
    {
        Time = new VirtualTime();
        Script = new ScriptedServer { Time = Time };
        _server = new ConnectionServer(_context, new ConnectionServerOptions { DrainTimeout = TimeSpan.Zero });
    }

    public static EndpointSpec Endpoint => EndpointSpec.Parse("mem:irc");

    public VirtualTime Time { get; }

    public ScriptedServer Script { get; }

    public static async Task<ServedIrc> StartAsync()
    {
        var served = new ServedIrc();
        await served._server.ListenAsync(Endpoint, served.Script.ServeAsync);
        return served;
    }

    public IrcClientOptions Options() => new() { Nick = "me", Connections = new ConnectionClient(_context), TimeProvider = Time, Pacing = { Penalty = TimeSpan.Zero } };

    public Task<IrcClient> ConnectAsync(IrcClientOptions? options = null) => IrcClient.ConnectAsync(Endpoint, options ?? Options());

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    public static async Task<IrcClientEvent> ReadUntilAsync(IrcEventStream events, Func<IrcClientEvent, bool> match)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        await foreach (IrcClientEvent told in events.WithCancellation(late.Token))
        {
            if (match(told))
            {
                return told;
            }
        }

        Assert.Fail("The events ended.");
        return null!;
    }
}
