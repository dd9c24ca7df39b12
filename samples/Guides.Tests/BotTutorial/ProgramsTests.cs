using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Server;
using Ropewalk.Storage;

namespace Guides.Tests.BotTutorial;

/// <summary>Runs the bots of the pages as their readers do, on a real server.</summary>
public sealed class ProgramsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task TheTalkbackBotAnswers()
    {
        await using var listeners = new ConnectionServer();
        string server = await ServeAsync(listeners);
        await using var program = RunningProgram.Start("Talkback", server, "knot", "#ropewalk");
        await using IrcClient joe = await ComeInAsync(server, "knot");
        await joe.SendMessageAsync("#ropewalk", "Knot: hello");
        string quote = (await HearAsync(joe, "knot")).Text;
        Assert.StartsWith("joe: ", quote, StringComparison.Ordinal);
        Assert.Contains(quote["joe: ".Length..], await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "quotes.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TheDiceBotRolls()
    {
        await using var listeners = new ConnectionServer();
        string server = await ServeAsync(listeners);
        await using var program = RunningProgram.Start("Dice", server, "dice", "#ropewalk");
        await program.WaitForAsync("here as (dice)");
        await using IrcClient joe = await ComeInAsync(server, "dice");
        await joe.SendMessageAsync("#ropewalk", "!roll 2d1");
        Assert.Equal("joe: 2", (await HearAsync(joe, "dice")).Text);
        await joe.SendMessageAsync("#ropewalk", "!score");
        Assert.Equal("joe: That is not for you.", (await HearAsync(joe, "dice")).Text);
    }

    private static async Task<string> ServeAsync(ConnectionServer listeners)
    {
        IrcServer irc = await IrcServer.StartAsync(new IrcServerOptions { Records = new MemoryRecordStore() });
        Listening listening = await listeners.ListenAsync("tcp:127.0.0.1:0", irc.OnConnectedAsync);
        return "tcp:" + listening.EndPoint;
    }

    // The bot may come before or after.
    private static async Task<IrcClient> ComeInAsync(string server, string bot)
    {
        IrcClient joe = await IrcClient.ConnectAsync(server, new IrcClientOptions { Nick = "joe" });
        IrcClientChannel channel = await joe.JoinAsync("#ropewalk");
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        if (!channel.Members.ContainsKey(bot))
        {
            await foreach (IrcClientEvent told in joe.Events.WithCancellation(late.Token))
            {
                if (told is IrcJoinEvent { IsOwn: false })
                {
                    break;
                }
            }
        }

        return joe;
    }

    private static async Task<IrcTextEvent> HearAsync(IrcClient joe, string from)
    {
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        await foreach (IrcClientEvent told in joe.Events.WithCancellation(late.Token))
        {
            if (told is IrcTextEvent { Kind: IrcTextKind.Message, IsOwn: false } text && text.Source.Name == from)
            {
                return text;
            }
        }

        throw new InvalidOperationException("The connection has ended.");
    }
}
