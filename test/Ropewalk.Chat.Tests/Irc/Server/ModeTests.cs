using System.Globalization;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>MODE, and what each mode does.</summary>
public sealed class ModeTests
{
    [Fact]
    public async Task ModesAreAskedForAndTheKeyIsToldToMembersOnly()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b");
        await all[0].AskAsync("JOIN #x", "MODE #x +lk 5 key");
        Assert.Equal(":irc.test 324 a #x +ntkl key 5", (await all[0].AskAsync("MODE #x"))[0]);
        string[] outside = await all[1].AskAsync("MODE #x");
        Assert.Equal(":irc.test 324 b #x +ntkl * 5", outside[0]);
        Assert.StartsWith(":irc.test 329 b #x ", outside[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+m", "+m")]
    [InlineData("+mms", "+ms")]
    [InlineData("-nt", "-nt")]
    [InlineData("+m-m", "+m-m")]
    [InlineData("-n+n-n", "-n+n-n")]
    [InlineData("+nt", null)]
    [InlineData("-m", null)]
    [InlineData("+k-k+k a b c", "+k-k+k a b c")]
    [InlineData("+ll 4 5", "+ll 4 5")]
    [InlineData("+bb x x", "+b x!*@*")]
    [InlineData("+b-b x x", "+b-b x!*@* x!*@*")]
    [InlineData("+vv b b", "+v b")]
    [InlineData("+o-v+b b b 10.0.0.1", "+o-v+b b b *!*@10.0.0.1")]
    [InlineData("m", "+m")]
    public async Task WhatChangesIsTold(string given, string? told)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        if (given.Contains("-v", StringComparison.Ordinal))
        {
            await all[0].AskAsync("MODE #x +v b");
            await all[1].SyncAsync();
        }

        string[] lines = await all[0].AskAsync("MODE #x " + given);
        string[] expected = told is null ? [] : [$":a!~a@local MODE #x {told}"];

        // -k before there is a key is no change.
        if (given.StartsWith("+k-k", StringComparison.Ordinal))
        {
            expected = [":a!~a@local MODE #x +kk a c"];
        }

        Assert.Equal(expected, lines);
        Assert.Equal(expected, await all[1].SyncAsync());
    }

    [Fact]
    public async Task WhatCannotBeAParameterIsRefused()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Limits.ListEntries = 2);
        IrcTestClient alice = await server.RegisterAsync("a");
        await alice.AskAsync("JOIN #x");
        Assert.Equal([":irc.test 696 a #x l 0 :Not a number of members"], await alice.AskAsync("MODE #x +l 0"));
        Assert.Equal([":irc.test 696 a #x l * :Not a number of members"], await alice.AskAsync("MODE #x +l"));
        Assert.Equal([":irc.test 696 a #x l -3 :Not a number of members"], await alice.AskAsync("MODE #x +l -3"));
        Assert.Equal([":irc.test 525 a #x :Not a key"], await alice.AskAsync("MODE #x +k"));
        Assert.Equal([":irc.test 525 a #x :Not a key"], await alice.AskAsync("MODE #x +k a,b"));
        Assert.Equal([":irc.test 525 a #x :Not a key"], await alice.AskAsync("MODE #x +k " + new string('k', 33)));
        Assert.Equal([":irc.test 472 a Y :is not a mode that you can set here"], await alice.AskAsync("MODE #x +Y"));
        Assert.Equal([":irc.test 472 a r :is not a mode that you can set here"], await alice.AskAsync("MODE #x +r"));
        Assert.Equal([":irc.test 401 a nobody :No such nick or channel"], await alice.AskAsync("MODE #x +o nobody"));
        Assert.Equal([":irc.test 478 a #x b :The list is full", ":a!~a@local MODE #x +bb x!*@* y!*@*"], await alice.AskAsync("MODE #x +bbb x y z"));
    }

    [Fact]
    public async Task AMemberWithoutARankSetsNothingAndIsToldOnce()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        Assert.Equal([":irc.test 482 b #x :You're not a channel operator"], await all[1].AskAsync("MODE #x +nmso-t+b b mask"));
        Assert.Equal([":irc.test 368 b #x :End of list"], await all[1].AskAsync("MODE #x b"));
    }

    [Theory]
    [InlineData("v", "+h", false)]
    [InlineData("h", "+v", true)]
    [InlineData("h", "+h", false)]
    [InlineData("h", "+o", false)]
    [InlineData("h", "-o", false)]
    [InlineData("o", "+h", true)]
    [InlineData("o", "+o", true)]
    [InlineData("o", "+a", false)]
    [InlineData("o", "+q", false)]
    [InlineData("a", "+o", true)]
    [InlineData("a", "+a", false)]
    [InlineData("q", "+a", true)]
    [InlineData("q", "+q", true)]
    public async Task RanksSayWhoMayRankWhom(string own, string change, bool may)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b", "c");
        Chat.Irc.Network.IrcNetwork network = server.Server.Network;
        network.FindUser("b"u8)!.Channels[0].Modes = Chat.Irc.Network.Commands.IrcModeLetters.Rank(own[0]);
        network.FindUser("c"u8)!.Channels[0].Modes = change[0] == '-' ? Chat.Irc.Network.Commands.IrcModeLetters.Rank(change[1]) : Chat.Irc.Network.IrcMemberModes.None;
        string answer = Assert.Single(await all[1].AskAsync($"MODE #x {change} c"));
        Assert.Equal(may ? $":b!~b@local MODE #x {change} c" : ":irc.test 482 b #x :You're not a channel operator", answer);
    }

    [Fact]
    public async Task OnesOwnRankCanBeGivenBack()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        await all[0].AskAsync("MODE #x +h b");
        await all[1].SyncAsync();
        Assert.Equal([":b!~b@local MODE #x -h b"], await all[1].AskAsync("MODE #x -h b"));
    }

    [Fact]
    public async Task LongMasksAreToldInSeveralLinesAndNoneIsCut()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a-nickname-of-twenty-nine-byte", "b");
        string[] masks = [.. Enumerable.Range(0, 8).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}{new string('m', 52)}"))];
        string[] lines = await all[0].AskAsync($"MODE #x +bbbbbbbb {string.Join(' ', masks)}");
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 510));
        Assert.Equal(masks.Select(mask => mask + "!*@*"), lines.SelectMany(line => line.Split(' ')[4..]));
        Assert.Equal(lines, await all[1].SyncAsync());
    }

    [Fact]
    public async Task ABanKeepsOutAndKeepsQuiet()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        IrcTestClient carol = await server.RegisterAsync("c");
        await all[0].AskAsync("MODE #x +bb b!*@* *!~c@*");
        await all[1].SyncAsync();
        Assert.Equal([":irc.test 404 b #x :Cannot send to channel (+b): you are banned or muted"], await all[1].AskAsync("PRIVMSG #x :hi"));
        Assert.Equal([":irc.test 474 b #x :Cannot change your nickname while you are banned there"], await all[1].AskAsync("NICK bee"));
        Assert.Equal([":irc.test 474 c #x :Cannot join channel (+b): you are banned"], await carol.AskAsync("JOIN #x"));
        await all[0].AskAsync("MODE #x +e c!*@*");
        Assert.Contains(":c!~c@local JOIN #x", await carol.AskAsync("JOIN #x"));
        Assert.Empty(await carol.AskAsync("PRIVMSG #x :hi"));
        await all[0].AskAsync("MODE #x +v b");
        Assert.DoesNotContain(await all[1].AskAsync("PRIVMSG #x :hi"), line => line.Contains(" 404 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AMuteLetsInAndKeepsQuiet()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        await alice.AskAsync("JOIN #x");
        Assert.Equal([":a!~a@local MODE #x +b m:b!*@*"], await alice.AskAsync("MODE #x +b m:b"));
        IrcTestClient bob = await server.RegisterAsync("b");
        Assert.Contains(":b!~b@local JOIN #x", await bob.AskAsync("JOIN #x"));
        Assert.Contains(" 404 ", Assert.Single(await bob.AskAsync("PRIVMSG #x :hi")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAccountCanBeBannedExemptedAndExpected()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        await alice.AskAsync("JOIN #x", "MODE #x +b R:bob");
        Assert.Contains(" 474 ", Assert.Single(await bob.AskAsync("JOIN #x")), StringComparison.Ordinal);
        await alice.AskAsync("MODE #x +e R:b*");
        Assert.Contains(":bob!~bob@local JOIN #x", await bob.AskAsync("JOIN #x"));
        await alice.AskAsync("JOIN #y", "MODE #y +iI R:bob");
        Assert.Contains(":bob!~bob@local JOIN #y", await bob.AskAsync("JOIN #y"));
    }

    [Fact]
    public async Task LimitKeyModerationAndOutsidersAreKept()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b", "c");
        await all[0].AskAsync("JOIN #x", "MODE #x +lm 2");
        Assert.Equal([":irc.test 404 b #x :Cannot send to channel (+n): you are not in it"], await all[1].AskAsync("PRIVMSG #x :hi"));
        await all[1].AskAsync("JOIN #x");
        Assert.Equal([":irc.test 471 c #x :Cannot join channel (+l): it is full"], await all[2].AskAsync("JOIN #x"));
        Assert.Equal([":irc.test 404 b #x :Cannot send to channel (+m): it is moderated"], await all[1].AskAsync("PRIVMSG #x :hi"));
        await all[0].AskAsync("MODE #x +v-n b");
        await all[1].SyncAsync();
        Assert.Empty(await all[1].AskAsync("PRIVMSG #x :hi"));
        Assert.Equal([":irc.test 404 c #x :Cannot send to channel (+m): it is moderated"], await all[2].AskAsync("PRIVMSG #x :hi"));
        await all[0].AskAsync("MODE #x -m");
        Assert.Empty(await all[2].AskAsync("PRIVMSG #x :hi"));
    }

    [Fact]
    public async Task WhoIsLoggedInOrSecureIsLetIn()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        IrcTestClient carol = await server.RegisterAsync("c");
        await alice.AskAsync("JOIN #r", "MODE #r +R", "JOIN #m", "MODE #m +M", "JOIN #z", "MODE #z +z");
        Assert.Contains(" 477 c #r ", Assert.Single(await carol.AskAsync("JOIN #r")), StringComparison.Ordinal);
        Assert.Contains(":bob!~bob@local JOIN #r", await bob.AskAsync("JOIN #r"));
        await carol.AskAsync("JOIN #m");
        await bob.AskAsync("JOIN #m");
        Assert.Contains(" 404 c #m :Cannot send to channel (+M)", Assert.Single((await carol.AskAsync("PRIVMSG #m :x"))[^1..]), StringComparison.Ordinal);
        Assert.Empty(await bob.AskAsync("PRIVMSG #m :x"));
        Assert.Contains(" 489 c #z ", Assert.Single((await carol.AskAsync("JOIN #z"))[^1..]), StringComparison.Ordinal);
        IrcTestClient secure = server.ConnectFrom("198.51.100.7", isSecure: true);
        await secure.RegisterAsync("s");
        Assert.Contains(await secure.AskAsync("JOIN #z"), line => line.EndsWith(" JOIN #z", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CtcpIsKeptOutButActions()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        await all[0].AskAsync("MODE #x +C", "MODE a +T");
        await all[1].SyncAsync();
        Assert.Contains(" 404 ", Assert.Single(await all[1].AskAsync("PRIVMSG #x :\u0001VERSION\u0001")), StringComparison.Ordinal);
        Assert.Empty(await all[1].AskAsync("PRIVMSG #x :\u0001ACTION waves\u0001"));
        Assert.Contains(" 531 b a ", Assert.Single(await all[1].AskAsync("PRIVMSG a :\u0001VERSION\u0001")), StringComparison.Ordinal);
        Assert.Empty(await all[1].AskAsync("NOTICE a :\u0001VERSION x\u0001", "PRIVMSG a :\u0001ACTION waves\u0001", "PRIVMSG a :plain"));
        Assert.Equal(3, (await all[0].SyncAsync()).Length);
    }

    [Fact]
    public async Task UsersSetTheirOwnModesAndNotThoseThatMustBeEarned()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        Assert.Equal([":a!~a@local MODE a :+Biw"], await alice.AskAsync("MODE a +iwBors"));
        Assert.Equal([":irc.test 221 a +Biw"], await alice.AskAsync("MODE A"));
        Assert.Equal([":irc.test 501 a :Unknown mode", ":a!~a@local MODE a :+T-iw"], await alice.AskAsync("MODE a +T-wiY"));
        Assert.Contains(await alice.AskAsync("LUSERS"), line => line.Contains("There are 1 users and 0 invisible", StringComparison.Ordinal));
    }
}
