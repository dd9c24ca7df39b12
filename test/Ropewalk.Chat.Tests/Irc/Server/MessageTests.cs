using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>PRIVMSG, NOTICE, TAGMSG as others see them.</summary>
public sealed class MessageTests
{
    [Fact]
    public async Task AMessageReachesTheOthersOfAChannelAndNotItsSender()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("alice");
        IrcTestClient bob = await server.RegisterAsync("bob");
        IrcTestClient carol = await server.RegisterAsync("carol");
        await alice.AskAsync("JOIN #x");
        await bob.AskAsync("JOIN #x");
        await alice.SyncAsync();
        Assert.Empty(await alice.AskAsync("PRIVMSG #x :hello there"));
        Assert.Equal([":alice!~alice@local PRIVMSG #x :hello there"], await bob.SyncAsync());
        Assert.Empty(await carol.SyncAsync());
        await alice.AskAsync("NOTICE bob plain");
        Assert.Equal([":alice!~alice@local NOTICE bob :plain"], await bob.SyncAsync());
    }

    [Fact]
    public async Task TagsGoToThoseWhoAskedForThem()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("alice", "message-tags echo-message server-time");
        IrcTestClient bob = await server.RegisterAsync("bob", "message-tags");
        IrcTestClient carol = await server.RegisterAsync("carol");
        foreach (IrcTestClient one in new[] { alice, bob, carol })
        {
            await one.AskAsync("JOIN #x");
        }

        await alice.SyncAsync();
        await bob.SyncAsync();
        string[] echo = await alice.AskAsync("@+react=x;secret=1;+draft/y PRIVMSG #x hi");
        Assert.Matches("^@time=2[^;]+;msgid=[^;]+;\\+react=x;\\+draft/y :alice!~alice@local PRIVMSG #x :hi$", Assert.Single(echo));
        Assert.Matches("^@msgid=[^;]+;\\+react=x;\\+draft/y :alice!~alice@local PRIVMSG #x :hi$", Assert.Single(await bob.SyncAsync()));
        Assert.Equal([":alice!~alice@local PRIVMSG #x :hi"], await carol.SyncAsync());
        await alice.AskAsync("@+typing=active TAGMSG #x");
        Assert.Matches("\\+typing=active :alice!~alice@local TAGMSG #x$", Assert.Single(await bob.SyncAsync()));
        Assert.Empty(await carol.SyncAsync());
    }

    [Fact]
    public async Task ALineThatTheSourceMakesTooLongIsCutBetweenCharacters()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("alice");
        IrcTestClient bob = await server.RegisterAsync("bob");
        await alice.AskAsync("PRIVMSG bob :" + string.Concat(Enumerable.Repeat("é", 248)));
        string line = Assert.Single(await bob.SyncAsync());
        Assert.EndsWith("é", line, StringComparison.Ordinal);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(line), 509, 510);
    }

    [Fact]
    public async Task TheNumberOfTargetsIsBounded()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        Assert.Equal([":irc.test 401 a nobody :No such nick or channel", ":irc.test 407 a c :Too many targets"], await all[0].AskAsync("PRIVMSG b,#x,nobody,b,c :hi"));
        Assert.Equal([":a!~a@local PRIVMSG b :hi", ":a!~a@local PRIVMSG #x :hi", ":a!~a@local PRIVMSG b :hi"], await all[1].SyncAsync());
    }

    [Fact]
    public async Task WhoIsAwayIsSaidToPrivmsgOnly()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b");
        Assert.Equal([":irc.test 306 b :You have been marked as being away"], await all[1].AskAsync("AWAY :at lunch"));
        Assert.Equal([":irc.test 301 a b :at lunch"], await all[0].AskAsync("PRIVMSG b :there?", "NOTICE b :there?"));
        Assert.Equal(2, (await all[1].SyncAsync()).Length);
        Assert.Equal([":irc.test 305 b :You are no longer marked as being away"], await all[1].AskAsync("AWAY"));
        Assert.Empty(await all[0].AskAsync("PRIVMSG b :there?"));
    }

    [Fact]
    public async Task WhoWantsTheLoggedInOnlyGetsThemOnly()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        await alice.AskAsync("MODE a +R");
        IrcTestClient carol = await server.RegisterAsync("c");
        Assert.Contains(" 531 c a ", Assert.Single(await carol.AskAsync("PRIVMSG a :x")), StringComparison.Ordinal);
        Assert.Empty(await carol.AskAsync("NOTICE a :x"));
        Assert.Empty(await bob.AskAsync("PRIVMSG a :x"));
        Assert.Equal([":bob!~bob@local PRIVMSG a :x"], await alice.SyncAsync());
    }

    [Fact]
    public async Task AStatusMessageReachesThoseOfTheRankAndHigher()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b", "c", "d");
        await all[0].AskAsync("MODE #x +vh b c");
        await IrcTestServer.SyncAsync(all);
        await all[3].AskAsync("PRIVMSG +#x :v", "PRIVMSG %#x :h", "PRIVMSG @#x :o", "PRIVMSG ~#x :q");
        Assert.Equal(["v", "h", "o"], (await all[0].SyncAsync()).Select(line => line[^1..]));
        Assert.Equal([":d!~d@local PRIVMSG +#x :v"], await all[1].SyncAsync());
        Assert.Equal([":d!~d@local PRIVMSG +#x :v", ":d!~d@local PRIVMSG %#x :h"], await all[2].SyncAsync());
        IrcTestClient outside = await server.RegisterAsync("e");
        await all[0].AskAsync("MODE #x -n");
        Assert.Contains(" 404 ", Assert.Single(await outside.AskAsync("PRIVMSG @#x :x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AccountsAndBotsAreInTheTagsOfWhatTheySay()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        IrcTestClient alice = await server.RegisterAsync("a", "account-tag message-tags");
        await bob.AskAsync("MODE bob +B", "PRIVMSG a :x");
        Assert.Matches("^@account=bob;msgid=[a-z2-7]+;bot :bob!~bob@local PRIVMSG a :x$", Assert.Single(await alice.SyncAsync()));
        await bob.AskAsync("NS LOGOUT", "MODE bob -B", "PRIVMSG a :x");
        Assert.Matches("^@msgid=[a-z2-7]+ :bob!~bob@local PRIVMSG a :x$", Assert.Single(await alice.SyncAsync()));
    }

    [Fact]
    public async Task MessageIdsAreUniqueAndTheSameForAll()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a", "message-tags echo-message");
        IrcTestClient bob = await server.RegisterAsync("b", "message-tags");
        await alice.AskAsync("JOIN #x");
        await bob.AskAsync("JOIN #x");
        await alice.SyncAsync();
        string[] own = await alice.AskAsync([.. Enumerable.Repeat("PRIVMSG #x,b :x", 200)]);
        string[] others = await bob.SyncAsync();
        Assert.Equal(400, own.Select(line => line.Split(' ')[0]).Distinct().Count());
        Assert.Equal(own, others);
    }

    [Fact]
    public async Task ATimeIsTheServersInMilliseconds()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a", "server-time");
        server.Time.Advance(TimeSpan.FromMilliseconds(1234));
        string line = (await alice.AskAsync("PRIVMSG a :x"))[^1];
        Assert.StartsWith(server.Time.GetUtcNow().ToString("'@time='yyyy-MM-dd'T'HH:mm:ss.fff'Z '", System.Globalization.CultureInfo.InvariantCulture), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMessageToOneselfComesOnce()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        Assert.Equal([":a!~a@local PRIVMSG a :x"], await alice.AskAsync("PRIVMSG a :x"));
    }

    [Fact]
    public async Task WhatIsSaidToAServiceIsEchoedBeforeItAnswers()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", "echo-message message-tags labeled-response batch");
        IrcMessage[] lines = [.. (await client.AskAsync("@+x=1 PRIVMSG nickserv :INFO nobody")).Select(IrcMessage.Parse)];
        Assert.Equal(["PRIVMSG", "NOTICE"], lines.Select(line => line.Command));
        Assert.Equal(("a!~a@local", "NickServ", "INFO nobody", "1"), (lines[0].Source.ToString(), lines[0][0], lines[0].Last, lines[0].Tag("+x")));
        Assert.NotNull(lines[0].Tag("msgid"));

        // A notice is not answered, and what only types neither; both are echoed as they are from anybody.
        Assert.EndsWith(":a!~a@local NOTICE ChanServ :hi", Assert.Single(await client.AskAsync("@label=n NOTICE ChanServ@irc.test :hi")), StringComparison.Ordinal);
        Assert.EndsWith(":a!~a@local TAGMSG NickServ", Assert.Single(await client.AskAsync("@+typing=active TAGMSG NickServ")), StringComparison.Ordinal);

        lines = [.. (await client.AskAsync("@label=l PRIVMSG ChanServ :INFO #none")).Select(IrcMessage.Parse)];
        Assert.Equal(["BATCH", "PRIVMSG", "NOTICE", "BATCH"], lines.Select(line => line.Command));
        Assert.Equal("l", lines[0].Tag("label"));

        IrcTestClient plain = await server.RegisterAsync("b");
        Assert.Single(await plain.AskAsync("PRIVMSG ChanServ :INFO #none"));
    }
}
