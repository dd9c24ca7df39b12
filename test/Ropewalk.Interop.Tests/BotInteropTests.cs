using System.Globalization;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;

namespace Ropewalk.Interop.Tests;

/// <summary><c>ropewalk bot</c> on servers that others wrote.</summary>
public sealed class BotInteropTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("ngircd")]
    [InlineData("inspircd")]
    public async Task The_bot_joins_answers_and_survives_a_restart_of_the_server(string name)
    {
        await using IrcServerProgram server = await IrcServerProgram.StartAsync(name);
        await using RopewalkProgram bot = await RopewalkProgram.StartAsync(
            "bot", "--server", $"tcp:127.0.0.1:{server.Port.ToString(CultureInfo.InvariantCulture)}", "--nick", "knot", "--channels", "#talk", "--triggers", "good rope");
        await TalkAsync(server);

        await server.StopAsync();
        await bot.WaitForErrorAsync("has ended");
        await server.StartAsync();
        await TalkAsync(server);
        Assert.Equal(0, await bot.StopAsync());
        Assert.DoesNotContain("   at ", bot.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_bots_of_the_same_kind_do_not_talk_for_ever()
    {
        // ngircd has no mode for bots that its clients are told of
        await using IrcServerProgram server = await IrcServerProgram.StartAsync("ngircd");
        string at = $"tcp:127.0.0.1:{server.Port.ToString(CultureInfo.InvariantCulture)}";
        await using RopewalkProgram knot = await RopewalkProgram.StartAsync("bot", "--server", at, "--nick", "knot", "--channels", "#talk", "--triggers", "e");
        await using RopewalkProgram bend = await RopewalkProgram.StartAsync("bot", "--server", at, "--nick", "bend", "--channels", "#talk", "--triggers", "e");
        await using IrcClient joe = await ComeInAsync(server, "knot", "bend");
        await joe.SendMessageAsync("#talk", "hello");

        // one of them has had enough, and with that there is nothing more to answer; at the pace of IRC this takes some twenty seconds
        for (int i = 0; i < 300 && !(knot.Errors + bend.Errors).Contains("is not heard", StringComparison.Ordinal); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Contains("is not heard", knot.Errors + bend.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await knot.StopAsync());
        Assert.Equal(0, await bend.StopAsync());
    }

    private static async Task TalkAsync(IrcServerProgram server)
    {
        await using IrcClient joe = await ComeInAsync(server, "knot");
        await joe.SendMessageAsync("#talk", "KNOT: hello");
        Assert.StartsWith("joe: ", (await HearAsync(joe)).Text, StringComparison.Ordinal);
        await joe.SendMessageAsync("#talk", "now that is a Good Rope");
        Assert.StartsWith("joe: ", (await HearAsync(joe)).Text, StringComparison.Ordinal);
        await joe.SendMessageAsync("knot", "hello");
        IrcTextEvent whispered = await HearAsync(joe);
        Assert.False(whispered.IsInChannel);
        Assert.NotEmpty(whispered.Text);
        await joe.StopAsync();
    }

    private static async Task<IrcClient> ComeInAsync(IrcServerProgram server, params string[] bots)
    {
        IrcClient joe = await IrcClient.ConnectAsync(server.Endpoint, new IrcClientOptions { Nick = "joe" });
        IrcClientChannel channel = await joe.JoinAsync("#talk");
        List<string> missing = [.. bots.Where(bot => !channel.Members.ContainsKey(bot))];
        using var late = new CancellationTokenSource(Patience);
        if (missing.Count > 0)
        {
            await foreach (IrcClientEvent told in joe.Events.WithCancellation(late.Token))
            {
                if (told is IrcJoinEvent join && missing.Remove(join.Nick) && missing.Count == 0)
                {
                    break;
                }
            }
        }

        return joe;
    }

    private static async Task<IrcTextEvent> HearAsync(IrcClient joe)
    {
        using var late = new CancellationTokenSource(Patience);
        await foreach (IrcClientEvent told in joe.Events.WithCancellation(late.Token))
        {
            if (told is IrcTextEvent { Kind: IrcTextKind.Message, IsOwn: false } text)
            {
                return text;
            }
        }

        throw new InvalidOperationException("The connection has ended.");
    }
}
