using System.Globalization;
using Ropewalk.Chat.Irc.Network;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Deadlines and the pace of commands, in virtual time; the end of connections and of the server.</summary>
public sealed class PaceTests
{
    [Fact]
    public async Task WhoDoesNotRegisterIsClosed()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        await client.AskAsync("NICK a");
        server.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(await client.SyncAsync());
        server.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["ERROR :Closing link: [Registration timeout: 60 seconds]"], await client.ReadToEndAsync());
    }

    [Fact]
    public async Task SilenceIsAnsweredWithAPingAndThenWithTheEnd()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        server.Time.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal("PING :irc.test", await all[0].ReadLineAsync());
        Assert.Equal("PING :irc.test", await all[1].ReadLineAsync());
        await all[1].AskAsync("PONG irc.test");
        server.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(["ERROR :Closing link: [Ping timeout: 180 seconds]"], await all[0].ReadToEndAsync());
        Assert.Equal(":a!~a@local QUIT :Ping timeout: 180 seconds", (await all[1].ReadUntilAsync(line => line.Contains(" QUIT ", StringComparison.Ordinal)))[^1]);
    }

    [Fact]
    public async Task AnyLineIsAnAnswer()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a");
        for (int i = 0; i < 5; i++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(120));
            Assert.Equal("PING :irc.test", await client.ReadLineAsync());
            Assert.StartsWith(":irc.test 391 ", Assert.Single(await client.AskAsync("TIME")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AFloodIsDelayedAndNothingOfItIsLost()
    {
        await using IrcTestServer server = await StartPacedAsync();
        IrcTestClient listener = await server.RegisterAsync("listener");
        IrcTestClient flooder = await server.RegisterAsync("flooder");
        server.Time.Advance(TimeSpan.FromSeconds(30));
        await listener.AskAsync("JOIN #x");
        await flooder.AskAsync("JOIN #x");
        await listener.SyncAsync();
        server.Time.Advance(TimeSpan.FromSeconds(30));
        await flooder.SendAsync([.. Enumerable.Range(1, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"PRIVMSG #x :{i}"))]);

        // Ten seconds ahead of the time, and the message that went beyond: then one a second.
        for (int i = 1; i <= 11; i++)
        {
            Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $" :{i}"), await listener.ReadLineAsync(), StringComparison.Ordinal);
        }

        for (int i = 12; i <= 40; i++)
        {
            Assert.Equal(0, server.Time.Advance(TimeSpan.FromMilliseconds(999)));
            server.Time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $" :{i}"), await listener.ReadLineAsync(), StringComparison.Ordinal);

            // The paused session has armed its next deadline when a timer waits again.
            await IrcTestServer.UntilAsync(() => i == 40 || server.Time.UntilNextTimer <= TimeSpan.FromSeconds(1));
        }

        Assert.Empty(await listener.SyncAsync());
    }

    [Fact]
    public async Task AFloodOfOneDoesNotDelayAnother()
    {
        await using IrcTestServer server = await StartPacedAsync();
        IrcTestClient flooder = await server.RegisterAsync("flooder");
        IrcTestClient other = await server.RegisterAsync("other");
        server.Time.Advance(TimeSpan.FromSeconds(30));
        await flooder.SendAsync([.. Enumerable.Range(1, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"JOIN #x{i}"))]);
        Assert.Empty(await other.AskAsync("PRIVMSG other2 :x", "PONG x").ContinueWith(asked => asked.Result.Skip(1), TaskScheduler.Default));
        Assert.InRange(server.Server.Network.Channels.Count, 0, 11);
    }

    [Theory]
    [InlineData("NICK {0}", 6)]
    [InlineData("JOIN #{0}", 11)]
    [InlineData("JOIN #{0}a,#{0}b,#{0}c,#{0}d,#{0}e,#{0}f", 42)]
    public async Task WhatIsHeavyForOthersCostsMore(string command, int applied)
    {
        await using IrcTestServer server = await StartPacedAsync();
        IrcTestClient flooder = await server.RegisterAsync("flooder");
        server.Time.Advance(TimeSpan.FromSeconds(30));
        await flooder.SendAsync([.. Enumerable.Range(1, 30).Select(i => string.Format(CultureInfo.InvariantCulture, command, $"n{i}"))]);
        string word = command[..4];
        int seen = 0;
        while (seen < applied)
        {
            seen += (await flooder.ReadLineAsync())!.Contains($" {word} ", StringComparison.Ordinal) ? 1 : 0;
        }

        // Nothing more comes before the time goes on.
        Assert.Equal(applied, word == "NICK" ? server.Server.Network.WhoWas.Find("n1"u8.ToArray()).Count() + 5 : server.Server.Network.Channels.Count);
    }

    [Fact]
    public async Task AStopSaysErrorToEverybodyAndQuitToNobody()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b", "c");
        IrcTestClient young = await server.ConnectAsync();
        await young.SyncAsync();
        Task stopped = server.StopAsync();
        foreach (IrcTestClient client in all.Append(young))
        {
            Assert.Equal(["ERROR :Closing link: [The server is stopping]"], await client.ReadToEndAsync());
            await client.DisposeAsync();
        }

        await stopped.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Empty(server.Server.Network.Users);
        Assert.Empty(server.Server.Network.Channels);
        Assert.Equal(0, server.Server.Network.Counts.Registered);
        Assert.Equal(0, server.Server.Network.Counts.Unknown);
    }

    [Fact]
    public async Task HalfALineIsNone()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        await all[0].SendBytesAsync("PRIVMSG #x :whole\r\nPRIVMSG #x :ha"u8.ToArray());
        Assert.Equal(":a!~a@local PRIVMSG #x :whole", await all[1].ReadLineAsync());
        Assert.Empty(await all[1].SyncAsync());
        await all[0].Connection.Transport.Output.CompleteAsync();
        Assert.Matches("^:a!~a@local QUIT :Connection ", await all[1].ReadLineAsync());
    }

    [Fact]
    public async Task ALineMayComeByteByByteAndEndWithLfAlone()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        foreach (byte one in "PRIVMSG #x :slow\n"u8.ToArray())
        {
            await all[0].SendBytesAsync(new[] { one });
            await Task.Yield();
        }

        Assert.Equal(":a!~a@local PRIVMSG #x :slow", await all[1].ReadLineAsync());
    }

    [Fact]
    public async Task AResetIsAQuit()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        all[0].Connection.Abort();
        Assert.Matches("^:a!~a@local QUIT :Connection ", await all[1].ReadLineAsync());
    }

    [Fact]
    public async Task WhoGoesTakesWhatItHasSentAheadWithIt()
    {
        await using IrcTestServer server = await StartPacedAsync();
        (IrcTestClient flooder, IrcTestClient listener) = await FloodAsync(server, 100);
        await flooder.Connection.Transport.Output.CompleteAsync();

        // Not a moment goes by.
        Assert.Matches("^:flooder!~flooder@local QUIT :Connection ", await listener.ReadLineAsync());
        Assert.Empty(await listener.SyncAsync());
        await flooder.ReadToEndAsync();
    }

    [Fact]
    public async Task WhoIsPutOutSaysNoMore()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
        {
            options.Network.Classes = [new IrcConnectionClass { FloodAllowance = TimeSpan.FromSeconds(10) }];
            options.Network.Operators = [new IrcOperatorBlock { Name = "root", Account = "root" }];
        });
        IrcTestClient root = await server.RegisterAccountAsync("root");
        await root.AskAsync("OPER root");
        (IrcTestClient flooder, IrcTestClient listener) = await FloodAsync(server, 100);
        await root.AskAsync("KILL flooder");
        Assert.Equal(":flooder!~flooder@local QUIT :Killed (root)", await listener.ReadLineAsync());
        Assert.StartsWith("ERROR ", (await flooder.ReadToEndAsync())[^1], StringComparison.Ordinal);
        server.Time.Advance(TimeSpan.FromSeconds(100));
        await listener.SendAsync("PING end");
        Assert.DoesNotContain(await listener.ReadUntilAsync(line => line.EndsWith(":end", StringComparison.Ordinal)), line => line.Contains("PRIVMSG", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhoHasMoreWaitingThanAnybodyTypesIsEnded()
    {
        await using IrcTestServer server = await StartPacedAsync();
        (IrcTestClient flooder, IrcTestClient listener) = await FloodAsync(server, 2000);
        Assert.Equal(":flooder!~flooder@local QUIT :Excess flood", await listener.ReadLineAsync());
        Assert.Equal("ERROR :Closing link: [Excess flood]", (await flooder.ReadToEndAsync())[^1]);
    }

    [Theory]
    [InlineData("", 511)]
    [InlineData("@a=", 4100)]
    [InlineData("@a=", 8200)]
    [InlineData("", 9000)]
    public async Task AnOverlongLineCostsAsMuchAsAnyMistake(string start, int bytes)
    {
        await using IrcTestServer server = await StartPacedAsync();
        IrcTestClient client = await server.RegisterAsync("a");
        server.Time.Advance(TimeSpan.FromSeconds(30));
        string line = start + new string('x', bytes - start.Length);
        await client.SendAsync([.. Enumerable.Repeat(line, 13)]);
        for (int i = 0; i < 11; i++)
        {
            Assert.Equal(":irc.test 417 a :Input line was too long", await client.ReadLineAsync());
        }

        await IrcTestServer.UntilAsync(() => server.Time.UntilNextTimer <= TimeSpan.FromSeconds(1));
        Assert.Equal(0, server.Time.Advance(TimeSpan.FromMilliseconds(999)));
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(":irc.test 417 a :Input line was too long", await client.ReadLineAsync());
    }

    // The flooder is ahead of its time by what it may be, and the rest waits.
    private static Task<IrcTestServer> StartPacedAsync() => IrcTestServer.StartAsync(options => options.Network.Classes = [new IrcConnectionClass { FloodAllowance = TimeSpan.FromSeconds(10) }]);

    private static async Task<(IrcTestClient Flooder, IrcTestClient Listener)> FloodAsync(IrcTestServer server, int lines)
    {
        IrcTestClient listener = await server.RegisterAsync("listener");
        IrcTestClient flooder = await server.RegisterAsync("flooder");
        server.Time.Advance(TimeSpan.FromSeconds(30));
        await listener.AskAsync("JOIN #x");
        await flooder.AskAsync("JOIN #x");
        await listener.SyncAsync();
        server.Time.Advance(TimeSpan.FromSeconds(30));
        await flooder.SendAsync([.. Enumerable.Range(1, lines).Select(i => string.Create(CultureInfo.InvariantCulture, $"PRIVMSG #x :line {i} of a flood"))]);
        for (int i = 1; i <= 11; i++)
        {
            Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $" :line {i} of a flood"), await listener.ReadLineAsync(), StringComparison.Ordinal);
        }

        return (flooder, listener);
    }
}
