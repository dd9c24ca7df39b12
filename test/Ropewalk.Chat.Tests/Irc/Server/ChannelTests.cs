using System.Globalization;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>JOIN, PART, KICK, TOPIC, NAMES, LIST, INVITE, KNOCK.</summary>
public sealed class ChannelTests
{
    [Fact]
    public async Task WhoMakesAChannelIsItsOperator()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        Assert.Equal([":a!~a@local JOIN #x", ":irc.test 353 a = #x :@a", ":irc.test 366 a #x :End of NAMES"], await alice.AskAsync("JOIN #x"));
        IrcTestClient bob = await server.RegisterAsync("b");
        Assert.Equal([":b!~b@local JOIN #x", ":irc.test 353 b = #x :@a b", ":irc.test 366 b #x :End of NAMES"], await bob.AskAsync("JOIN #X"));
        Assert.Equal([":b!~b@local JOIN #x"], await alice.SyncAsync());
        Assert.Empty(await bob.AskAsync("JOIN #x"));
    }

    [Fact]
    public async Task SeveralAreJoinedWithTheirKeysAndLeftAtOnce()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        await alice.AskAsync("JOIN #x,#y,#z", "MODE #x +k one", "MODE #y +k two");
        IrcTestClient bob = await server.RegisterAsync("b");
        string[] lines = await bob.AskAsync("JOIN #y,#x,#z two,wrong");
        Assert.Contains(":b!~b@local JOIN #y", lines);
        Assert.Contains(":b!~b@local JOIN #z", lines);
        Assert.Contains(":irc.test 475 b #x :Cannot join channel (+k): wrong key", lines);
        Assert.Equal([":b!~b@local PART #y :bye all", ":b!~b@local PART #z :bye all"], await bob.AskAsync("PART #y,#z :bye all"));
        Assert.Equal(2, (await alice.AskAsync("JOIN 0")).Count(line => line.EndsWith(":Left all channels", StringComparison.Ordinal)) - 1);
        Assert.Empty(server.Server.Network.Channels);
    }

    [Fact]
    public async Task ThereIsALimitOfChannels()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Limits.ChannelsPerUser = 2);
        IrcTestClient alice = await server.RegisterAsync("a");
        Assert.Contains(":irc.test 405 a #z :You have joined too many channels", await alice.AskAsync("JOIN #x,#y,#z"));
    }

    [Fact]
    public async Task OperatorsKickAndNobodyElse()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b", "c");
        Assert.Equal([":irc.test 482 b #x :You're not a channel operator"], await all[1].AskAsync("KICK #x c"));
        Assert.Equal([":irc.test 401 a nobody :No such nick or channel"], await all[0].AskAsync("KICK #x nobody"));
        Assert.Equal([":a!~a@local KICK #x b :a", ":a!~a@local KICK #x c :a"], await all[0].AskAsync("KICK #x b,c"));
        Assert.Equal([":a!~a@local KICK #x b :a"], await all[1].SyncAsync());
        Assert.Equal([":irc.test 441 a b #x :They aren't on that channel"], await all[0].AskAsync("KICK #x b :again"));
        Assert.Equal([":irc.test 442 b #x :You're not on that channel"], await all[1].AskAsync("KICK #x a"));
    }

    [Theory]
    [InlineData("h", "", true)]
    [InlineData("h", "v", true)]
    [InlineData("h", "h", false)]
    [InlineData("h", "o", false)]
    [InlineData("o", "h", true)]
    [InlineData("o", "o", true)]
    [InlineData("o", "a", false)]
    [InlineData("o", "q", false)]
    [InlineData("a", "o", true)]
    [InlineData("a", "q", false)]
    [InlineData("q", "a", true)]
    [InlineData("v", "", false)]
    [InlineData("", "", false)]
    public async Task RanksSayWhoMayKickWhom(string own, string others, bool may)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b", "c");
        await SetRanksAsync(server, "b", own);
        await SetRanksAsync(server, "c", others);
        string answer = Assert.Single(await all[1].AskAsync("KICK #x c :out"));
        Assert.Equal(may ? ":b!~b@local KICK #x c :out" : ":irc.test 482 b #x :You're not a channel operator", answer);
    }

    [Fact]
    public async Task TheTopicIsSetToldAndCleared()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        Assert.Equal([":irc.test 331 b #x :No topic is set"], await all[1].AskAsync("TOPIC #x"));
        Assert.Equal([":irc.test 482 b #x :You're not a channel operator"], await all[1].AskAsync("TOPIC #x :mine"));
        Assert.Equal([":a!~a@local TOPIC #x :hello there"], await all[0].AskAsync("TOPIC #x :hello there"));
        Assert.Equal([":a!~a@local TOPIC #x :hello there"], await all[1].SyncAsync());
        string[] told = await all[1].AskAsync("TOPIC #x");
        Assert.Equal(":irc.test 332 b #x :hello there", told[0]);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $":irc.test 333 b #x a {server.Time.GetUtcNow().ToUnixTimeSeconds()}"), told[1]);
        await all[0].AskAsync("MODE #x -t");
        await all[1].SyncAsync();
        Assert.Equal([":b!~b@local TOPIC #x :"], await all[1].AskAsync("TOPIC #x :"));
        Assert.Equal([":irc.test 331 b #x :No topic is set"], await all[1].AskAsync("TOPIC #x"));
        await all[1].AskAsync("TOPIC #x :" + string.Concat(Enumerable.Repeat("é", 200)));
        Assert.Equal(195, server.Server.Network.FindChannel("#x"u8)!.Topic!.Length / 2);
    }

    [Fact]
    public async Task NamesOfManyFillSeveralLinesAndLoseNobody()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        string[] nicks = [.. Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"somebody-with-a-long-name-{i:00}"))];
        IrcTestClient[] all = await server.JoinAllAsync("#x", nicks);
        string[] lines = await all[0].AskAsync("NAMES #x");
        Assert.True(lines.Length > 3);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 510));
        Assert.Equal(nicks, lines[..^1].SelectMany(line => line[(line.IndexOf(" :", StringComparison.Ordinal) + 2)..].Split(' ')).Select(name => name.TrimStart('@')).Order());
    }

    [Fact]
    public async Task ASecretChannelIsHiddenFromEverythingOutside()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b");
        await all[0].AskAsync("JOIN #x", "MODE #x +s", "TOPIC #x :plot");
        Assert.DoesNotContain(await all[1].AskAsync("LIST"), line => line.Contains("#x", StringComparison.Ordinal));
        Assert.DoesNotContain(await all[1].AskAsync("WHOIS a"), line => line.Contains("#x", StringComparison.Ordinal));
        Assert.Equal([":irc.test 366 b #x :End of NAMES"], await all[1].AskAsync("NAMES #x"));
        Assert.Equal([":irc.test 315 b #x :End of WHO"], await all[1].AskAsync("WHO #x"));
        Assert.Equal(":irc.test 352 b * ~a local irc.test a H :0 a of Test", (await all[1].AskAsync("WHO a"))[0]);
        Assert.DoesNotContain(await all[1].AskAsync("TOPIC #x"), line => line.Contains("plot", StringComparison.Ordinal));
        Assert.Contains(await all[0].AskAsync("LIST"), line => line.Contains(" 322 a #x 1 :plot", StringComparison.Ordinal));
        Assert.Contains(":irc.test 319 a a :@#x", await all[0].AskAsync("WHOIS a"));
        Assert.Contains(":irc.test 353 a @ #x :@a", await all[0].AskAsync("NAMES #x"));
    }

    [Theory]
    [InlineData("", "#big #old #small")]
    [InlineData("#small", "#small")]
    [InlineData("#small,#big", "#big #small")]
    [InlineData("#s*", "#small")]
    [InlineData("!#s*", "#big #old")]
    [InlineData(">1", "#big")]
    [InlineData("<2", "#old #small")]
    [InlineData("C>30", "#old")]
    [InlineData("C<30", "#big #small")]
    [InlineData("T<5", "#big")]
    [InlineData("T>5", "")]
    [InlineData(">0,#*l*", "#old #small")]
    [InlineData("#none", "")]
    public async Task ListTakesConditions(string conditions, string expected)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b");
        await all[0].AskAsync("JOIN #old");
        server.Time.Advance(TimeSpan.FromSeconds(100));
        for (int i = 0; i < 40; i++)
        {
            await IrcTestServer.SyncAsync(all);
            server.Time.Advance(TimeSpan.FromSeconds(100));
        }

        await all[0].AskAsync("JOIN #big,#small", "TOPIC #big :topic");
        await all[1].AskAsync("JOIN #big");
        string[] lines = await all[1].AskAsync("LIST " + conditions);
        Assert.Equal(expected, string.Join(' ', lines.Where(line => line.Contains(" 322 ", StringComparison.Ordinal)).Select(line => line.Split(' ')[3]).Order()));
        Assert.EndsWith(" 323 b :End of LIST", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnInvitationOpensOnce()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b", "c");
        await all[0].AskAsync("JOIN #x", "MODE #x +ik key");
        Assert.Equal([":irc.test 473 b #x :Cannot join channel (+i): you must be invited"], await all[1].AskAsync("JOIN #x"));
        Assert.Equal([":irc.test 341 a b #x"], await all[0].AskAsync("INVITE b #x"));
        Assert.Equal([":a!~a@local INVITE b #x", ":irc.test 336 b #x", ":irc.test 337 b :End of INVITE list"], await all[1].AskAsync("INVITE"));
        Assert.Contains(":b!~b@local JOIN #x", await all[1].AskAsync("JOIN #x"));
        Assert.Equal([":irc.test 443 a b #x :is on the channel already"], (await all[0].AskAsync("INVITE b #x"))[^1..]);
        Assert.Equal([":irc.test 482 b #x :You're not a channel operator"], await all[1].AskAsync("INVITE c #x"));
        await all[1].AskAsync("PART #x");
        Assert.Contains(" 473 ", Assert.Single(await all[1].AskAsync("JOIN #x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnInvitationDoesNotOutlastItsChannel()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b", "c");
        await all[0].AskAsync("JOIN #x", "INVITE b #x", "PART #x");
        await all[2].AskAsync("JOIN #x", "MODE #x +i");
        Assert.Equal([":a!~a@local INVITE b #x", ":irc.test 337 b :End of INVITE list"], await all[1].AskAsync("INVITE"));
        Assert.Contains(" 473 ", Assert.Single(await all[1].AskAsync("JOIN #x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKnockReachesTheOperators()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        IrcTestClient carol = await server.RegisterAsync("c");
        Assert.StartsWith(":irc.test 713 c #x ", Assert.Single(await carol.AskAsync("KNOCK #x")), StringComparison.Ordinal);
        await all[0].AskAsync("MODE #x +i");
        await all[1].SyncAsync();
        Assert.StartsWith(":irc.test 711 c #x ", Assert.Single(await carol.AskAsync("KNOCK #x")), StringComparison.Ordinal);
        Assert.Equal([":irc.test 710 a #x c!~c@local :asks to be invited"], await all[0].SyncAsync());
        Assert.Empty(await all[1].SyncAsync());
        Assert.StartsWith(":irc.test 714 b #x ", Assert.Single(await all[1].AskAsync("KNOCK #x")), StringComparison.Ordinal);
    }

    private static async Task SetRanksAsync(IrcTestServer server, string nick, string letters)
    {
        Chat.Irc.Network.IrcNetwork network = server.Server.Network;
        Chat.Irc.Network.IrcUser user = network.FindUser(System.Text.Encoding.ASCII.GetBytes(nick))!;
        user.Channels[0].Modes = letters.Aggregate(Chat.Irc.Network.IrcMemberModes.None, (modes, letter) => modes | Chat.Irc.Network.Commands.IrcModeLetters.Rank(letter));
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData("#x,#y ,two", "#y")]
    [InlineData("#x,#y one", "#x")]
    [InlineData("#x,#y one,", "#x")]
    [InlineData("#x,,#y one,none,two", "#x #y")]
    [InlineData("#x,,#y one,two", "#x")]
    [InlineData("#z,#x,#y ,one,two", "#z #x #y")]
    public async Task AKeyIsOfTheChannelInItsPlace(string join, string joined)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        await alice.AskAsync("JOIN #x,#y", "MODE #x +k one", "MODE #y +k two");
        IrcTestClient bob = await server.RegisterAsync("b");
        Assert.Equal(joined, string.Join(' ', (await bob.AskAsync("JOIN " + join)).Where(line => line.StartsWith(":b!~b@local JOIN ", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1])));
    }

    [Fact]
    public async Task NamesOfSeveralAreToldOneAfterTheOther()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        await alice.AskAsync("JOIN #x,#y");
        Assert.Equal(
            [":irc.test 353 a = #y :@a", ":irc.test 366 a #y :End of NAMES", ":irc.test 366 a #none :End of NAMES", ":irc.test 353 a = #x :@a", ":irc.test 366 a #x :End of NAMES"],
            await alice.AskAsync("NAMES #y,#none,#x"));
        Assert.Equal([":irc.test 366 a * :End of NAMES"], await alice.AskAsync("NAMES"));
    }
}
