using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ropewalk.Chat.Irc.Bot;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Storage;

namespace Guides.Tests.Pages;

/// <summary>The programs of docs/bot.md that no sample is.</summary>
public sealed class BotPageTests
{
    [Fact]
    public async Task AHostRunsModules()
    {
        var endpoints = new EndpointContext();
        await using var listeners = new ConnectionServer(endpoints);
        IrcServer irc = await IrcServer.StartAsync(new IrcServerOptions { Records = new MemoryRecordStore() });
        await listeners.ListenAsync("mem:irc", irc.OnConnectedAsync);
        var connections = new ConnectionClient(endpoints);

        HostApplicationBuilder host = Host.CreateApplicationBuilder();
        host.Services.AddSingleton<Memory>();
        host.Services.AddScoped<Visit>();
        host.Services.AddBotModule<Reminders>();
        host.Services.AddIrcBot(options =>
        {
            options.Server = EndpointSpec.Parse("mem:irc");
            options.Nick = "knot";
            options.Connections = connections;
        });
        using IHost running = host.Build();
        await running.StartAsync(TestContext.Current.CancellationToken);

        await using IrcClient joe = await IrcClient.ConnectAsync("mem:irc", new IrcClientOptions { Nick = "joe", Connections = connections });
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        await joe.MonitorAsync(["knot"], late.Token);
        await WaitForAsync<IrcPresenceEvent>(joe, told => told.IsOnline, late.Token);
        await joe.SendMessageAsync("knot", "!remember the rope", cancellationToken: late.Token);
        await joe.SendMessageAsync("knot", "!recall", cancellationToken: late.Token);
        Assert.Equal(["Noted.", "the rope"], [await HearAsync(joe, late.Token), await HearAsync(joe, late.Token)]);
        await running.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> HearAsync(IrcClient joe, CancellationToken late) =>
        (await WaitForAsync<IrcTextEvent>(joe, told => told is { IsOwn: false, Kind: IrcTextKind.Message }, late)).Text;

    private static async Task<TEvent> WaitForAsync<TEvent>(IrcClient joe, Func<TEvent, bool> match, CancellationToken late)
        where TEvent : IrcClientEvent
    {
        await foreach (IrcClientEvent told in joe.Events.WithCancellation(late))
        {
            if (told is TEvent wanted && match(wanted))
            {
                return wanted;
            }
        }

        throw new InvalidOperationException("The connection has ended.");
    }

    public sealed class Memory
    {
        public string Last { get; set; } = "";
    }

    public sealed class Visit(Memory memory)
    {
        public Task RememberAsync(string what)
        {
            memory.Last = what;
            return Task.CompletedTask;
        }
    }

    public sealed class Reminders(Memory memory) : IIrcBotModule
    {
        public void Configure(IrcBotBuilder bot)
        {
            bot.OnCommand("!remember", RememberAsync);
            bot.OnCommand("!recall", context => context.ReplyAsync(memory.Last));
        }

        // scoped services live as long as one message is being handled
        private static async Task RememberAsync(IrcBotContext context)
        {
            await context.Services.GetRequiredService<Visit>().RememberAsync(context.Arguments);
            await context.ReplyAsync("Noted.");
        }
    }
}
