using Ropewalk.Interop.Tests.Browser;
using Ropewalk.Interop.Tests.Talkers;

namespace Ropewalk.Interop.Tests;

/// <summary>People's clients converse through <c>ropewalk irc</c>.</summary>
public sealed class IrcTalkTests : IDisposable
{
    private const string Channel = "#talk";

    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Irssi_WeeChat_Twisted_Poe_a_page_and_the_bot_are_in_one_conversation()
    {
        await using WebChat chat = await WebChat.StartAsync();
        int port = chat.Server.Port();
        using var observer = new IrcLines(port);
        await observer.SettleAsync("NICK observer", "USER observer 0 * :Observer", $"JOIN {Channel}");
        await using RopewalkProgram bot = await RopewalkProgram.StartAsync(
            "bot", "--server", $"tcp:127.0.0.1:{port}", "--nick", "knot", "--channels", Channel, "--quotes", _folder.Write("quotes.txt", "a-quote-of-knot\n"), "--triggers", "rope");
        await observer.WaitForAsync(":knot!", "JOIN");
        await using LibraryTalker tess = await ComeInAsync(observer, LibraryTalker.StartTwisted(port, "tess", Channel));
        await using LibraryTalker poe = await ComeInAsync(observer, LibraryTalker.StartPoe(port, "poe", Channel));
        await using WeeChatTalker wee = await ComeInAsync(observer, WeeChatTalker.Start(_folder, port, "wee", Channel));
        await using IrssiTalker iris = await ComeInAsync(observer, IrssiTalker.Start(_folder, port, "iris", Channel));
        await iris.LookAsync();
        await using PageTalker page = await PageTalker.StartAsync(chat, "paige", Channel);
        List<IrcTalker> talkers = [tess, poe, wee, iris, page];

        // each says a line, which each other sees; the bot answers each by its quote, which all see
        foreach (IrcTalker talker in talkers)
        {
            await talker.SayAsync($"a-line-of-{talker.Nick} and a rope é");
            await observer.WaitForAsync($":{talker.Nick}!", $"PRIVMSG {Channel} :a-line-of-{talker.Nick} and a rope é");
            await observer.WaitForAsync(":knot!", $"PRIVMSG {Channel} :{talker.Nick}: a-quote-of-knot");
            await Task.WhenAll(talkers.Where(other => other != talker).Select(other => other.SeesAsync($"a-line-of-{talker.Nick} and a rope")));
            await Task.WhenAll(talkers.Select(other => other.SeesAsync($"{talker.Nick}: a-quote-of-knot")));
        }

        foreach (IrcTalker talker in new IrcTalker[] { tess, poe, page })
        {
            await talker.SeesAsync("a-line-of-iris and a rope é");
        }

        // from one to one; nobody else is told
        await iris.WhisperAsync("tess", "psst-tess");
        await tess.SeesAsync("heard iris tess psst-tess");
        await tess.WhisperAsync("observer", "you-too");
        await observer.WaitForAsync(":tess!", "PRIVMSG observer :you-too");
        Assert.DoesNotContain("psst-tess", poe.Seen + wee.Seen, StringComparison.Ordinal);

        // the bot leaves, and then one after the other: who is left sees it
        Assert.Equal(0, await bot.StopAsync());
        await Task.WhenAll(talkers.Select(other => other.SeesAsync("coiled up for now")));
        while (talkers is [var leaving, ..])
        {
            talkers.RemoveAt(0);
            await leaving.LeaveAsync($"leave-of-{leaving.Nick}");
            await observer.WaitForAsync($":{leaving.Nick}!", $"QUIT :Quit: leave-of-{leaving.Nick}");
            await Task.WhenAll(talkers.Select(other => other.SeesAsync($"leave-of-{leaving.Nick}")));
        }

        Assert.Equal(0, await chat.Server.StopAsync());
        Assert.DoesNotContain("   at ", chat.Server.Errors + bot.Errors, StringComparison.Ordinal);
    }

    private static async Task<T> ComeInAsync<T>(IrcLines observer, T talker)
        where T : IrcTalker
    {
        await observer.WaitForAsync($":{talker.Nick}!", "JOIN");
        return talker;
    }
}
