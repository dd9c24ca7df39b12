using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Tests.Irc.Client;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Storage;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Bot;

/// <summary>A simulated network with an IRC server, bots and people.</summary>
internal sealed class BotWorld : IAsyncDisposable
{
    private static readonly EndpointSpec At = EndpointSpec.Parse("tcp:server:6667");

    private readonly List<IAsyncDisposable> _made = [];
    private readonly SimHost _server;
    private Listening? _listening;
    private IrcServer? _irc;

    private BotWorld(Simulation sim)
    {
        Sim = sim;
        _server = sim.AddHost("server");
    }

    public static SimulationOptions Strict { get; } = new() { Mode = SimulationMode.Strict, Seeds = SeedRange.Parse("1-5", null) };

    public Simulation Sim { get; }

    public SimHost Server => _server;

    public List<IrcBot> Bots { get; } = [];

    /// <summary>Runs a scenario with a server that takes as much as clients send.</summary>
    public static Task RunAsync(Func<BotWorld, Task> scenario, bool hasServer = true) => Simulation.RunAsync(
        async sim =>
        {
            await using var world = new BotWorld(sim);
            if (hasServer)
            {
                await world.StartServerAsync();
            }

            await scenario(world);
        },
        Strict);

    public async Task StartServerAsync()
    {
        var options = new IrcServerOptions { TimeProvider = _server.Time, Records = new MemoryRecordStore() };
        options.Network.Classes = [new IrcConnectionClass { FloodAllowance = TimeSpan.Zero, MaxPerAddress = 1000, PingInterval = TimeSpan.FromHours(1) }];
        options.Network.CloaksHosts = false;
        _irc = await IrcServer.StartAsync(options);
        _listening = await _server.ListenAsync("tcp:6667", _irc.OnConnectedAsync);
    }

    /// <summary>Starts a server that does what the test says, in place of the other.</summary>
    public async Task<ScriptedServer> ScriptAsync(string offered = ScriptedServer.Capabilities)
    {
        var script = new ScriptedServer { Time = _server.Time, Offered = offered };
        await _server.ListenAsync("tcp:6667", script.ServeAsync);
        return script;
    }

    public async Task StopServerAsync()
    {
        if (_irc is { } irc)
        {
            _irc = null;
            irc.BeginStop();
            await _listening!.StopAsync();
            await irc.DisposeAsync();
        }
    }

    public IrcBotOptions Options(string nick)
    {
        SimHost host = Sim.AddHost(nick);
        return new IrcBotOptions
        {
            Server = At,
            Nick = nick,
            Connections = new ConnectionClient(host.Context),
            TimeProvider = host.Time,
            LoggerFactory = host.Context.LoggerFactory,
            Retry = new RetryPolicy(Sim.Random),
            StsStore = new MemoryIrcStsStore(),
            PingInterval = TimeSpan.FromHours(1),
            Channels = new Dictionary<string, string?> { ["#x"] = null },
        };
    }

    public IrcBot Start(IrcBotOptions options, Action<IrcBotBuilder> configure)
    {
        IrcBot bot = IrcBot.Start(options, configure);
        _made.Add(bot);
        Bots.Add(bot);
        return bot;
    }

    /// <summary>Starts a bot and waits until it is in its channel.</summary>
    public async Task<IrcBot> StartHereAsync(IrcBotOptions options, Action<IrcBotBuilder> configure)
    {
        IrcBot bot = Start(options, configure);
        await UntilAsync(() => bot.Client.Current?.State.FindChannel("#x") is not null);
        return bot;
    }

    /// <summary>Lets somebody in who talks as fast as they like.</summary>
    public async Task<BotPerson> PersonAsync(string nick)
    {
        SimHost host = Sim.AddHost(nick);
        var options = new IrcClientOptions { Nick = nick, Connections = new ConnectionClient(host.Context), TimeProvider = host.Time, PingInterval = TimeSpan.FromHours(1), Pacing = { Penalty = TimeSpan.Zero }, StsStore = new MemoryIrcStsStore() };
        IrcClient client = await IrcClient.ConnectAsync(At, options);
        _made.Add(client);
        await client.JoinAsync("#x");
        return new BotPerson(client);
    }

    public Task PassAsync(double seconds) => Sim.DelayAsync(TimeSpan.FromSeconds(seconds));

    public async Task UntilAsync(Func<bool> isSo)
    {
        for (int i = 0; i < 6000 && !isSo(); i++)
        {
            await Sim.DelayAsync(TimeSpan.FromMilliseconds(100));
        }

        Assert.True(isSo());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable each in _made)
        {
            await each.DisposeAsync();
        }

        await StopServerAsync();
    }
}
