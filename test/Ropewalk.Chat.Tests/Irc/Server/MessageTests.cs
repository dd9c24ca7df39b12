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
}
