using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Storage;
using Ropewalk.Testing;
using Talkback;

namespace Guides.Tests.BotTutorial;

/// <summary>The bot, a real IRC server and somebody who talks, each on a machine of a simulated network. Its time is virtual: an hour takes milliseconds.</summary>
public sealed class TalkbackTests
{
    private static readonly SimulationOptions Strict = new() { Mode = SimulationMode.Strict, Seeds = SeedRange.Parse("1-10", null) };

    [Fact]
    public void TheSameQuoteIsNotPickedTwiceInARow()
    {
        var picker = new QuotePicker(new Random(1));
        string?[] picked = [.. Enumerable.Range(0, 100).Select(_ => picker.Pick(["a", "b"]))];
        Assert.Equal(50, picked.Count(quote => quote == "a"));
        Assert.Equal("a", picker.Pick(["a"]));
        Assert.Null(picker.Pick([]));
    }

    [Fact]
    public Task ItAnswersWhoTalksToItAndNobodyElse() => RunAsync(async (sim, joe, _) =>
    {
        await joe.SendMessageAsync("#ropewalk", "KNOT: hello");
        await joe.SendMessageAsync("#ropewalk", "Tell Me Something, somebody");
        await joe.SendMessageAsync("#ropewalk", "knots hold");
        await joe.SendMessageAsync("knot", "psst");
        Assert.Equal(["#ropewalk joe: slack", "#ropewalk joe: slack", "joe slack"], await HearAsync(sim, joe));
    });

    [Fact]
    public Task ItComesBackAfterAnHourWithoutAServer() => RunAsync(async (sim, joe, server) =>
    {
        server.CutPower();
        await sim.DelayAsync(TimeSpan.FromHours(1));
        server.Restart();
        await ServeAsync(server);
        await sim.DelayAsync(TimeSpan.FromMinutes(5));
        IrcClient again = await ComeInAsync(sim.AddHost("home"), "joe");
        await again.SendMessageAsync("#ropewalk", "@knot are you there?");
        Assert.Equal(["#ropewalk joe: slack"], await HearAsync(sim, again));
        await again.DisposeAsync();
    });

    private static Task RunAsync(Func<Simulation, IrcClient, SimHost, Task> scenario) => Simulation.RunAsync(
        async sim =>
        {
            (SimHost server, SimHost home) = (sim.AddHost("server"), sim.AddHost("pub"));
            await ServeAsync(server);
            var settings = new TalkbackSettings(["slack"], ["tell me something"]);
            var talkback = new TalkbackBot(() => settings, new QuotePicker(new Random(1)));
            await using IrcBot bot = IrcBot.Start(Options(home), bot => bot.Add(talkback));
            await using IrcClient joe = await ComeInAsync(sim.AddHost("joe"), "joe");
            await sim.DelayAsync(TimeSpan.FromSeconds(5));
            await scenario(sim, joe, server);
        },
        Strict);

    private static async Task ServeAsync(SimHost server)
    {
        IrcServer irc = await IrcServer.StartAsync(new IrcServerOptions { TimeProvider = server.Time, Records = new MemoryRecordStore() });
        await server.ListenAsync("tcp:6667", irc.OnConnectedAsync);
    }

    private static IrcBotOptions Options(SimHost home) => new()
    {
        Server = EndpointSpec.Parse("tcp:server:6667"),
        Nick = "knot",
        Channels = new Dictionary<string, string?> { ["#ropewalk"] = null },
        Connections = new ConnectionClient(home.Context),
        TimeProvider = home.Time,
    };

    private static async Task<IrcClient> ComeInAsync(SimHost home, string nick)
    {
        var options = new IrcClientOptions { Nick = nick, Connections = new ConnectionClient(home.Context), TimeProvider = home.Time };
        IrcClient client = await IrcClient.ConnectAsync("tcp:server:6667", options);
        await client.JoinAsync("#ropewalk");
        return client;
    }

    private static async Task<string[]> HearAsync(Simulation sim, IrcClient client)
    {
        await sim.DelayAsync(TimeSpan.FromMinutes(1));
        await client.StopAsync();
        var heard = new List<string>();
        await foreach (IrcClientEvent told in client.Events)
        {
            if (told is IrcTextEvent { IsOwn: false } text)
            {
                heard.Add($"{text.Target} {text.Text}");
            }
        }

        return [.. heard];
    }
}
