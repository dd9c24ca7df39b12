using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Endpoints;

namespace Ropewalk.Interop.Tests;

/// <summary><c>ropewalk bot</c> on servers that others wrote, and by TLS.</summary>
public sealed class BotInteropTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ngircd")]
    [InlineData("inspircd")]
    public async Task The_bot_joins_answers_and_survives_a_restart_of_the_server(string name)
    {
        await using IrcServerProgram server = await IrcServerProgram.StartAsync(name);
        await using RopewalkProgram bot = await RopewalkProgram.StartAsync(
            "bot", "--server", server.Endpoint.ToString(), "--nick", "knot", "--channels", "#talk", "--triggers", "good rope");
        await TalkAsync(server.Endpoint);

        await server.StopAsync();
        await bot.WaitForErrorAsync("has ended");
        await server.StartAsync();
        await TalkAsync(server.Endpoint);
        Assert.Equal(0, await bot.StopAsync());
        Assert.DoesNotContain("   at ", bot.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_bots_of_the_same_kind_do_not_talk_for_ever()
    {
        // ngircd has no mode for bots that its clients are told of
        await using IrcServerProgram server = await IrcServerProgram.StartAsync("ngircd");
        string at = server.Endpoint.ToString();
        await using RopewalkProgram knot = await RopewalkProgram.StartAsync("bot", "--server", at, "--nick", "knot", "--channels", "#talk", "--triggers", "e");
        await using RopewalkProgram bend = await RopewalkProgram.StartAsync("bot", "--server", at, "--nick", "bend", "--channels", "#talk", "--triggers", "e");
        await using IrcClient joe = await ComeInAsync(server.Endpoint, "knot", "bend");
        await joe.SendMessageAsync("#talk", "hello");

        // one of them has had enough, and with that there is nothing more to answer; at the pace of IRC this takes some twenty seconds
        await await Task.WhenAny(knot.WaitForErrorAsync("is not heard", Patience), bend.WaitForErrorAsync("is not heard", Patience));
        Assert.Equal(0, await knot.StopAsync());
        Assert.Equal(0, await bend.StopAsync());
    }

    [Theory]
    [InlineData("ngircd")]
    [InlineData("inspircd")]
    public async Task The_bot_talks_by_tls_and_trusts_what_its_endpoint_names(string name)
    {
        await using IrcServerProgram server = await IrcServerProgram.StartAsync(name, _folder.Certificate);
        await using RopewalkProgram bot = await RopewalkProgram.StartAsync("bot", "--server", server.Endpoint.ToString(), "--nick", "knot", "--channels", "#talk", "--triggers", "good rope");
        await TalkAsync(server.Endpoint);
        Assert.Equal(0, await bot.StopAsync());
    }

    [Fact]
    public async Task The_bot_logs_in_to_our_server_by_tls()
    {
        await using RopewalkProgram irc = await RopewalkProgram.StartAsync("irc", "--listen", $"tls:127.0.0.1:0:cert={_folder.Certificate}");
        var at = EndpointSpec.Parse($"tls:127.0.0.1:{irc.Port()}:name=localhost:trust={_folder.Certificate}");
        await using (IrcClient founder = await IrcClient.ConnectAsync(at, new IrcClientOptions { Nick = "knot" }))
        {
            await founder.RegisterAsync("*", "*", "tied-with-care");
            await founder.StopAsync();
        }

        string file = _folder.Write("bot.yaml", $"bot: {{server: '{at}', nick: knot, account: knot, password: tied-with-care, channels: '#talk', triggers: good rope}}\n");
        await using RopewalkProgram bot = await RopewalkProgram.StartAsync("bot", file);
        await TalkAsync(at);
        await using IrcClient joe = await ComeInAsync(at, "knot");
        IrcWhois whois = await joe.WhoisAsync("knot");
        Assert.Equal(("knot", true), (whois.Account, whois.IsSecure));
        Assert.Equal(0, await bot.StopAsync());
    }

    [Fact]
    public async Task The_bot_does_not_talk_to_whom_it_does_not_trust()
    {
        await using RopewalkProgram irc = await RopewalkProgram.StartAsync("irc", "--listen", $"tls:127.0.0.1:0:cert={_folder.Certificate}");
        await using RopewalkProgram bot = await RopewalkProgram.StartAsync("bot", "--server", $"tls:127.0.0.1:{irc.Port()}:name=localhost", "--nick", "knot", "--channels", "#talk");
        await bot.WaitForErrorAsync("tried again");
        Assert.Contains("certificate", bot.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("On tls:", bot.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await bot.StopAsync());
        Assert.DoesNotContain("   at ", bot.Errors + irc.Errors, StringComparison.Ordinal);
    }

    private static async Task TalkAsync(EndpointSpec server)
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

    private static async Task<IrcClient> ComeInAsync(EndpointSpec server, params string[] bots)
    {
        IrcClient joe = await IrcClient.ConnectAsync(server, new IrcClientOptions { Nick = "joe" });
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
