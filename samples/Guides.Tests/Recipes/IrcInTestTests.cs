using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Guides.Tests.Recipes;

/// <summary>A bot that says each hour that it is time for tea, on a real IRC server in memory: the hours take no time.</summary>
public sealed class IrcInTestTests
{
    private static readonly SimulationOptions OneThread = new() { Mode = SimulationMode.Strict };

    [Fact]
    public Task TeaTimeComesEachHour() => Simulation.RunAsync(
        async sim =>
        {
            await ServeAsync(sim.AddHost("server"));
            await using IrcBot bot = Start(sim.AddHost("kitchen"));
            await using IrcClient joe = await ComeInAsync(sim.AddHost("home"));
            for (int hour = 1; hour <= 3; hour++)
            {
                Assert.Equal("Tea time.", (await WaitForAsync<IrcTextEvent>(joe)).Text);
                Assert.Equal(hour, (int)sim.Time.Elapsed.TotalHours);
            }
        },
        OneThread);

    [Fact]
    public Task ALostConnectionCostsNoTea() => Simulation.RunAsync(
        async sim =>
        {
            await ServeAsync(sim.AddHost("server"));
            SimHost kitchen = sim.AddHost("kitchen");
            await using IrcBot bot = Start(kitchen);
            await using IrcClient joe = await ComeInAsync(sim.AddHost("home"));
            using (sim.Partition(kitchen))
            {
                Assert.Equal("knot", (await WaitForAsync<IrcQuitEvent>(joe)).Nick);
            }

            Assert.Equal("knot", (await WaitForAsync<IrcJoinEvent>(joe)).Nick);
            Assert.Equal("Tea time.", (await WaitForAsync<IrcTextEvent>(joe)).Text);
            Assert.Equal(1, (int)sim.Time.Elapsed.TotalHours);
        },
        OneThread);

    private static async Task ServeAsync(SimHost host)
    {
        IrcServer irc = await IrcServer.StartAsync(new IrcServerOptions { TimeProvider = host.Time });
        await host.ListenAsync("tcp:6667", irc.OnConnectedAsync);
    }

    // the program that is tested: it is told how to connect, and what time it is
    private static IrcBot Start(SimHost host) => IrcBot.Start(
        new IrcBotOptions
        {
            Server = EndpointSpec.Parse("tcp:server:6667"),
            Connections = new ConnectionClient(host.Context),
            TimeProvider = host.Time,
            Nick = "knot",
            Channels = new Dictionary<string, string?> { ["#tea"] = null },
        },
        bot => bot.Every(TimeSpan.FromHours(1), (self, cancellationToken) => self.SayAsync("#tea", "Tea time.", cancellationToken)));

    private static async Task<IrcClient> ComeInAsync(SimHost host)
    {
        var options = new IrcClientOptions { Nick = "joe", Connections = new ConnectionClient(host.Context), TimeProvider = host.Time };
        IrcClient joe = await IrcClient.ConnectAsync("tcp:server:6667", options);
        if (!(await joe.JoinAsync("#tea")).Members.ContainsKey("knot"))
        {
            await WaitForAsync<IrcJoinEvent>(joe);
        }

        return joe;
    }

    // what others do, not what joe does himself
    private static async Task<TEvent> WaitForAsync<TEvent>(IrcClient joe)
        where TEvent : IrcClientEvent
    {
        await foreach (IrcClientEvent told in joe.Events)
        {
            if (told is TEvent wanted and not IrcJoinEvent { IsOwn: true })
            {
                return wanted;
            }
        }

        throw new InvalidOperationException("The connection has ended.");
    }
}
