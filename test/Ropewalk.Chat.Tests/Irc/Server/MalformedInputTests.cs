using System.Text;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Bytes that are no messages, through the whole server: each gets its answer, and the connection goes on.</summary>
public sealed class MalformedInputTests
{
    [Fact]
    public async Task WhatIsNotUtf8IsRefusedAndSaysSo()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        await all[0].SendBytesAsync((byte[])[.. "PRIVMSG #x :caf"u8, 0xE9, .. "\r\n"u8]);
        Assert.Equal([":irc.test FAIL PRIVMSG INVALID_UTF8 :The message is not UTF-8, and was not taken"], await all[0].SyncAsync());
        Assert.Empty(await all[1].SyncAsync());
    }

    [Fact]
    public async Task WhatIsEchoedIsUtf8WhateverCame()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", "labeled-response batch message-tags");
        await client.SendBytesAsync((byte[])[0xFF, 0xFE, .. " x\r\n@label="u8, 0xFF, .. " TIME\r\nSTATS é\r\n@+x="u8, 0xFF, .. " PRIVMSG a :x\r\n"u8]);
        string[] lines = await client.SyncAsync();
        Assert.Equal(":irc.test 421 a * :Not a command", lines[0]);
        Assert.Equal(":irc.test FAIL TIME INVALID_UTF8 :The message is not UTF-8, and was not taken", lines[1]);
        Assert.Equal(":irc.test 219 a * :End of STATS", lines[2]);
        Assert.Equal(":irc.test FAIL PRIVMSG INVALID_UTF8 :The message is not UTF-8, and was not taken", lines[3]);
    }

    [Theory]
    [InlineData("PRIVMSG b :x\ry", "A CR that no LF follows")]
    [InlineData("PRIVMSG b :x\0y", "A NUL inside a line")]
    public async Task BareCrAndNulAreRefused(string line, string reason)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b");
        Assert.Equal([$":irc.test FAIL * MALFORMED_LINE :{reason}"], await all[0].AskAsync(line));
        Assert.Empty(await all[1].SyncAsync());
    }

    [Theory]
    [InlineData(510, false)]
    [InlineData(511, true)]
    [InlineData(4000, true)]
    [InlineData(5000, true)]
    [InlineData(100_000, true)]
    public async Task ALineBeyond512BytesIs417(int bytes, bool isRefused)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b");
        string[] lines = await all[0].AskAsync(("PRIVMSG b :" + new string('x', bytes))[..bytes]);
        Assert.Equal(isRefused ? [":irc.test 417 a :Input line was too long"] : [], lines);
        Assert.Equal(isRefused ? 0 : 1, (await all[1].SyncAsync()).Length);
    }

    [Theory]
    [InlineData(4096, false)]
    [InlineData(4097, true)]
    [InlineData(8192, true)]
    public async Task TagsBeyond4096BytesAre417(int bytes, bool isRefused)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a", "message-tags");
        IrcTestClient bob = await server.RegisterAsync("b", "message-tags server-time account-tag");
        string tags = "@+x=" + new string('y', bytes - 5) + " ";
        Assert.Equal(bytes, tags.Length);
        string[] lines = await alice.AskAsync(tags + "PRIVMSG b :" + new string('z', 400));
        Assert.Equal(isRefused ? [":irc.test 417 a :Input line was too long"] : [], lines);
        Assert.Equal(isRefused ? 0 : 1, (await bob.SyncAsync()).Length);
    }

    [Fact]
    public async Task ALineWithoutAnEndIsToldOnceAndSkipped()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a");
        byte[] endless = Encoding.ASCII.GetBytes(new string('x', 50_000));
        for (int i = 0; i < 20; i++)
        {
            await client.SendBytesAsync(endless);
        }

        Assert.Equal(":irc.test 417 a :Input line was too long", await client.ReadLineAsync());
        Assert.Equal([":irc.test 391 a irc.test"], (await client.AskAsync("", "TIME")).Select(line => line[..24]));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("POST / HTTP/1.1")]
    [InlineData("GET /")]
    [InlineData("OPTIONS * HTTP/1.1")]
    [InlineData("PUT /x HTTP/1.0")]
    public async Task HttpIsTheEnd(string request)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        await client.SendAsync(request, "Host: irc.test", "", "NICK a", "USER a 0 * :A", "PRIVMSG #x :spam");
        Assert.Equal(["ERROR :Closing link: (*@local) [HTTP is not spoken here]"], await client.ReadToEndAsync());
        Assert.Empty(server.Server.Network.Users);
    }

    [Fact]
    public async Task ControlCharactersPassInTextAndNotInNames()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b");
        await all[0].AskAsync("PRIVMSG b :\u0002bold\u0003 4\u000f\u0007");
        Assert.Equal(":a!~a@local PRIVMSG b :\u0002bold\u0003 4\u000f\u0007", Assert.Single(await all[1].SyncAsync()));
        Assert.StartsWith(":irc.test 476 ", Assert.Single(await all[0].AskAsync("JOIN #a\u0007b")), StringComparison.Ordinal);
        Assert.StartsWith(":irc.test 476 ", Assert.Single(await all[0].AskAsync("JOIN #a\u0085b")), StringComparison.Ordinal);
        Assert.Contains(await all[0].AskAsync("JOIN #Ångström-日本"), line => line.EndsWith(" JOIN #Ångström-日本", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("@ PRIVMSG b :x")]
    [InlineData("@; PRIVMSG b :x")]
    [InlineData("@=v PRIVMSG b :x")]
    [InlineData("@=;;=;+= PRIVMSG b :x")]
    [InlineData("@label PRIVMSG b :x")]
    public async Task TagsThatAreHardlyAnyHarmNothing(string line)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a", "message-tags batch labeled-response");
        IrcTestClient bob = await server.RegisterAsync("b", "message-tags");
        Assert.Empty(await alice.AskAsync(line));
        Assert.Matches("^@msgid=[a-z2-7]+ :a!~a@local PRIVMSG b :x$", Assert.Single(await bob.SyncAsync()));
    }

    [Fact]
    public async Task AMalformedClientTagIsNotPassedOn()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a", "message-tags");
        IrcTestClient bob = await server.RegisterAsync("b", "message-tags");
        await alice.AskAsync("@+ok=1;+;+é=2;+a\u0001b=3;time=x;msgid=y;+vendor.org/z=4;account=q;+a_b PRIVMSG b :x");
        Assert.Matches("^@msgid=[a-z2-7]+;\\+ok=1;\\+vendor.org/z=4 :a!", Assert.Single(await bob.SyncAsync()));
    }
}
