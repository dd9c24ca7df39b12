using System.Text;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>WHO, WHOX, WHOIS, WHOWAS, ISON, USERHOST, and what a server tells of itself.</summary>
public sealed class QueryTests
{
    [Fact]
    public async Task WhoGivesTheMembersOfAChannelWithTheirFlags()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        await all[0].AskAsync("MODE a +B");
        Assert.Equal(
            [":irc.test 352 b #x ~a local irc.test a H@B :0 a of Test", ":irc.test 352 b #x ~b local irc.test b H :0 b of Test", ":irc.test 315 b #x :End of WHO"],
            await all[1].AskAsync("WHO #x"));
        Assert.Equal([":irc.test 315 b #none :End of WHO"], await all[1].AskAsync("WHO #none"));
        Assert.Equal([":irc.test 315 b * :End of WHO"], await all[1].AskAsync("WHO * o"));
        Assert.Equal(3, (await all[1].AskAsync("WHO 0")).Length);
    }

    [Theory]
    [InlineData("WHO a %n", "a")]
    [InlineData("WHO a %cuhsnfdlaor", "#x ~a local irc.test a H@ 0 0 0 n/a :a of Test")]
    [InlineData("WHO a %rtn,42", "42 a :a of Test")]
    [InlineData("WHO #x o%n", null)]
    [InlineData("WHO a %tcuihsnfdlaor,7", "7 #x ~a 255.255.255.255 local irc.test a H@ 0 0 0 n/a :a of Test")]
    [InlineData("WHO a %nt,12345", "0 a")]
    public async Task WhoxGivesTheFieldsInItsOwnOrder(string question, string? answer)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        string[] lines = await all[1].AskAsync(question);
        Assert.Equal(answer is null ? [] : [":irc.test 354 b " + answer], lines[..^1]);
        Assert.Contains(" 315 b ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoxTellsAccounts()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        Assert.Equal(":irc.test 354 bob bob bob", (await bob.AskAsync("WHO bob %na"))[0]);
    }

    [Fact]
    public async Task InvisibleUsersAreFoundByNameAndByThoseWhoShareAChannelOnly()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b", "c");
        await all[0].AskAsync("MODE a +i", "JOIN #x");
        await all[1].AskAsync("JOIN #x");
        Assert.Contains(await all[1].AskAsync("WHO *"), line => line.Contains(" irc.test a H@ ", StringComparison.Ordinal));
        Assert.DoesNotContain(await all[2].AskAsync("WHO *"), line => line.Contains(" irc.test a ", StringComparison.Ordinal));
        Assert.DoesNotContain(await all[2].AskAsync("WHO #x"), line => line.Contains(" irc.test a ", StringComparison.Ordinal));
        Assert.Equal(":irc.test 352 c * ~a local irc.test a H :0 a of Test", (await all[2].AskAsync("WHO a"))[0]);
        Assert.Equal(":irc.test 353 c = #x :b", (await all[2].AskAsync("NAMES #x"))[0]);
        Assert.DoesNotContain(await all[2].AskAsync("WHOIS a"), line => line.Contains("#x", StringComparison.Ordinal));
        Assert.Contains(":irc.test 319 b a :@#x", await all[1].AskAsync("WHOIS a"));
    }

    [Fact]
    public async Task WhoisTellsAllThatIsKnown()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        await bob.AskAsync("JOIN #x,#y", "AWAY :out", "MODE bob +B");
        IrcTestClient alice = await server.RegisterAsync("a");
        server.Time.Advance(TimeSpan.FromSeconds(30));
        string[] lines = await alice.AskAsync("WHOIS irc.test BOB");
        Assert.Equal(
            ["311 a bob ~bob local * :bob of Test", "319 a bob :@#x @#y", "312 a bob irc.test :A Ropewalk IRC server", "335 a bob :is a bot", "330 a bob bob :is logged in as", "301 a bob :out"],
            lines[..6].Select(line => line[":irc.test ".Length..]));
        Assert.Matches("^:irc.test 317 a bob 30 \\d+ :seconds idle, signon time$", lines[6]);
        Assert.Equal(":irc.test 318 a BOB :End of WHOIS", lines[7]);
        Assert.Equal([":irc.test 401 a nobody :No such nick or channel", ":irc.test 318 a nobody :End of WHOIS"], await alice.AskAsync("WHOIS nobody"));
    }

    [Fact]
    public async Task WhowasRemembersTheLastFirst()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Limits.WhoWasEntries = 3);
        IrcTestClient alice = await server.RegisterAsync("a");
        IrcTestClient bob = await server.RegisterAsync("bob");
        await bob.AskAsync("NICK bob2", "NICK bob", "NICK bob3");
        Assert.Equal(2, (await alice.AskAsync("WHOWAS bob")).Count(line => line.Contains(" 314 a bob ~bob local * :bob of Test", StringComparison.Ordinal)));
        Assert.Equal(3, (await alice.AskAsync("WHOWAS BOB 1")).Length);
        await bob.AskAsync("NICK bob4", "NICK bob5", "NICK bob6");
        Assert.Equal([":irc.test 406 a bob :There was no such nickname", ":irc.test 369 a bob :End of WHOWAS"], await alice.AskAsync("WHOWAS bob"));
    }

    [Fact]
    public async Task IsonAndUserhostGiveThoseWhoAreThere()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "B", "c");
        await all[1].AskAsync("AWAY :x");
        Assert.Equal([":irc.test 303 a :a B", ":irc.test 303 a :"], await all[0].AskAsync("ISON a :b nobody", "ISON nobody"));
        Assert.Equal([":irc.test 302 a :a=+~a@local B=-~B@local"], await all[0].AskAsync("USERHOST a b nobody"));
    }

    [Fact]
    public async Task IsonOfMoreThanFitsIsNotCutInsideAName()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.ServerName = new string('s', 55) + ".test");
        string[] nicks = [.. Enumerable.Range(0, 15).Select(i => $"somebody-with-a-long-name-{(char)('a' + i)}{(char)('a' + i)}x")];
        IrcTestClient[] all = await server.RegisterAllAsync(nicks);
        string line = Assert.Single(await all[0].AskAsync("ISON :" + string.Join(' ', nicks)));
        Assert.InRange(Encoding.UTF8.GetByteCount(line), 400, 510);
        Assert.All(line[(line.IndexOf(" :", StringComparison.Ordinal) + 2)..].Split(' '), nick => Assert.Contains(nick, nicks));
    }

    [Fact]
    public async Task TheServerTellsOfItself()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
        {
            options.Network.Motd = ["Hello", "", "there"];
            options.Network.Admin = ["Here", "Me", "me@irc.test"];
        });
        IrcTestClient alice = await server.RegisterAsync("a");
        Assert.Equal(["375 a :- irc.test message of the day", "372 a :- Hello", "372 a :- ", "372 a :- there", "376 a :End of MOTD"], (await alice.AskAsync("MOTD")).Select(line => line[":irc.test ".Length..]));
        Assert.Equal(["256", "257", "258", "259"], (await alice.AskAsync("ADMIN")).Select(line => line.Split(' ')[1]));
        Assert.Equal(["251", "252", "253", "254", "255", "265", "266"], (await alice.AskAsync("LUSERS")).Select(line => line.Split(' ')[1]));
        Assert.Equal(["371", "371", "374"], (await alice.AskAsync("INFO")).Select(line => line.Split(' ')[1]));
        Assert.Matches("^:irc.test 391 a irc.test :\\d{4}-", Assert.Single(await alice.AskAsync("TIME")));
        Assert.StartsWith(":irc.test 351 a ropewalk-", (await alice.AskAsync("VERSION"))[0], StringComparison.Ordinal);
        Assert.Equal([":irc.test 364 a irc.test irc.test :0 A Ropewalk IRC server", ":irc.test 365 a * :End of LINKS"], await alice.AskAsync("LINKS"));
        Assert.Equal([":irc.test 242 a :Server up 0 days 00:00:00", ":irc.test 219 a u :End of STATS"], await alice.AskAsync("STATS u"));
        string[] help = await alice.AskAsync("HELP");
        Assert.Contains(help, line => line.Contains(" JOIN ", StringComparison.Ordinal));
        Assert.DoesNotContain(help, line => line.Contains(" KLINE", StringComparison.Ordinal));
        Assert.Contains(":irc.test 704 a WHO :What this server understands", await alice.AskAsync("HELP WHO"));
    }

    [Fact]
    public async Task FeaturesFitTheirLinesAndAreThirteenAtMost()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        string[] lines = [.. (await client.RegisterAsync(new string('n', 30))).Where(line => line.Contains(" 005 ", StringComparison.Ordinal))];
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 510));
        Assert.All(lines, line => Assert.InRange(line[..line.IndexOf(" :", StringComparison.Ordinal)].Split(' ').Length - 3, 1, 13));
        Assert.Contains(lines, line => line.Contains(" NICKLEN=30 ", StringComparison.Ordinal));
    }
}
