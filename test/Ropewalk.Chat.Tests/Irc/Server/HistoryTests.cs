using System.Globalization;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>CHATHISTORY: each subcommand, each reference, its limits and its errors. IRCv3 draft/chathistory.</summary>
public sealed class HistoryTests
{
    private const string Capabilities = "batch message-tags server-time draft/chathistory";

    [Theory]
    [InlineData("LATEST #x * 3", "7 8 9")]
    [InlineData("LATEST #x * 100", "0 1 2 3 4 5 6 7 8 9")]
    [InlineData("LATEST #x {id6} 100", "7 8 9")]
    [InlineData("LATEST #x {id6} 2", "8 9")]
    [InlineData("LATEST #x {id9} 2", "")]
    [InlineData("LATEST #x {t6} 100", "7 8 9")]
    [InlineData("BEFORE #x {id3} 100", "0 1 2")]
    [InlineData("BEFORE #x {id3} 2", "1 2")]
    [InlineData("BEFORE #x {id0} 2", "")]
    [InlineData("BEFORE #x {t3} 2", "1 2")]
    [InlineData("AFTER #x {id3} 100", "4 5 6 7 8 9")]
    [InlineData("AFTER #x {id3} 2", "4 5")]
    [InlineData("AFTER #x {id9} 2", "")]
    [InlineData("AFTER #x {t3} 2", "4 5")]
    [InlineData("AROUND #x {id5} 3", "4 5 6")]
    [InlineData("AROUND #x {id0} 3", "0 1 2")]
    [InlineData("AROUND #x {id9} 3", "7 8 9")]
    [InlineData("AROUND #x {id5} 1", "5")]
    [InlineData("AROUND #x {t5} 3", "4 5 6")]
    [InlineData("BETWEEN #x {id2} {id6} 100", "3 4 5")]
    [InlineData("BETWEEN #x {id6} {id2} 100", "3 4 5")]
    [InlineData("BETWEEN #x {id2} {id6} 2", "3 4")]
    [InlineData("BETWEEN #x {id6} {id2} 2", "4 5")]
    [InlineData("BETWEEN #x {t2} {t6} 2", "3 4")]
    [InlineData("BETWEEN #x {t6} {t2} 2", "4 5")]
    [InlineData("BETWEEN #x {id2} {t6} 100", "3 4 5")]
    [InlineData("BETWEEN #x {id3} {id3} 100", "")]
    [InlineData("BETWEEN #x {id3} {id4} 100", "")]
    [InlineData("BETWEEN #x timestamp=2000-01-01T00:00:00.000Z timestamp=9999-12-31T23:59:59.999Z 4", "0 1 2 3")]
    [InlineData("BETWEEN #x timestamp=9999-12-31T23:59:59.999Z timestamp=2000-01-01T00:00:00.000Z 4", "6 7 8 9")]
    [InlineData("AFTER #x timestamp=9999-12-31T23:59:59.999Z 4", "")]
    [InlineData("BEFORE #x timestamp=0001-01-01T00:00:00.000Z 4", "")]
    [InlineData("latest #X * 1", "9")]
    public async Task AReferenceAndALimitSelect(string question, string expected)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        (IrcTestClient reader, Dictionary<string, string> references) = await FillAsync(server, TimeSpan.FromSeconds(1));
        foreach ((string name, string reference) in references)
        {
            question = question.Replace(name, reference, StringComparison.Ordinal);
        }

        IrcMessage[] lines = [.. (await reader.AskAsync("CHATHISTORY " + question)).Select(IrcMessage.Parse)];
        Assert.Equal(("BATCH", "chathistory", "#x"), (lines[0].Command, lines[0][1], lines[0][2]));
        Assert.Equal("-" + lines[0][0][1..], lines[^1][0]);
        Assert.Equal(expected, string.Join(' ', lines[1..^1].Select(line => line.Last)));
        Assert.All(lines[1..^1], line => Assert.Equal(lines[0][0][1..], line.Tag("batch")));
        Assert.All(lines[1..^1], line => Assert.Equal((references[$"{{id{line.Last}}}"], references[$"{{t{line.Last}}}"]), ("msgid=" + line.Tag("msgid"), "timestamp=" + line.Tag("time"))));
        Assert.All(lines[1..^1], line => Assert.Equal("writer!~writer@local", line.Source.ToString()));
    }

    [Fact]
    public async Task MessagesOfOneMillisecondKeepTheirOrderAndIdsTellThemApart()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        (IrcTestClient reader, Dictionary<string, string> references) = await FillAsync(server, TimeSpan.Zero);
        Assert.Equal("4 5 6", await TextsAsync(reader, $"AFTER #x {references["{id3}"]} 3"));
        Assert.Equal("1 2", await TextsAsync(reader, $"BEFORE #x {references["{id3}"]} 2"));
        Assert.Equal("", await TextsAsync(reader, $"AFTER #x {references["{t3}"]} 3"));
        Assert.Equal("", await TextsAsync(reader, $"BEFORE #x {references["{t3}"]} 3"));
    }

    [Theory]
    [InlineData("CHATHISTORY", "NEED_MORE_PARAMS * :")]
    [InlineData("CHATHISTORY LATEST #x *", "NEED_MORE_PARAMS LATEST :")]
    [InlineData("CHATHISTORY BETWEEN #x msgid=a 10", "NEED_MORE_PARAMS BETWEEN :")]
    [InlineData("CHATHISTORY FOO #x * 10", "INVALID_PARAMS FOO :")]
    [InlineData("CHATHISTORY LATEST #x * 0", "INVALID_PARAMS LATEST :")]
    [InlineData("CHATHISTORY LATEST #x * -5", "INVALID_PARAMS LATEST :")]
    [InlineData("CHATHISTORY LATEST #x * many", "INVALID_PARAMS LATEST :")]
    [InlineData("CHATHISTORY LATEST #none * 10", "INVALID_TARGET LATEST #none :")]
    [InlineData("CHATHISTORY LATEST #other * 10", "INVALID_TARGET LATEST #other :")]
    [InlineData("CHATHISTORY LATEST nobody * 10", "INVALID_TARGET LATEST nobody :")]
    [InlineData("CHATHISTORY LATEST #x id=5 10", "INVALID_MSGREFTYPE LATEST #x :")]
    [InlineData("CHATHISTORY LATEST #x timestamp=yesterday 10", "INVALID_MSGREFTYPE LATEST #x :")]
    [InlineData("CHATHISTORY BEFORE #x * 10", "INVALID_MSGREFTYPE BEFORE #x :")]
    [InlineData("CHATHISTORY AROUND #x * 10", "INVALID_MSGREFTYPE AROUND #x :")]
    [InlineData("CHATHISTORY BETWEEN #x * * 10", "INVALID_MSGREFTYPE BETWEEN #x :")]
    [InlineData("CHATHISTORY AFTER #x msgid=unknown 10", "MESSAGE_ERROR AFTER #x :")]
    [InlineData("CHATHISTORY TARGETS x y 10", "INVALID_PARAMS TARGETS :")]
    public async Task AMistakeIsAFailWithItsCode(string line, string code)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        (IrcTestClient reader, _) = await FillAsync(server, TimeSpan.FromSeconds(1));
        await (await server.RegisterAsync("o")).AskAsync("JOIN #other");
        Assert.Contains(" :irc.test FAIL CHATHISTORY " + code, Assert.Single(await reader.AskAsync(line)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALimitBeyondTheServersIsCut()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Limits.HistoryPerRequest = 4);
        (IrcTestClient reader, _) = await FillAsync(server, TimeSpan.FromSeconds(1));
        Assert.Equal("6 7 8 9", await TextsAsync(reader, "LATEST #x * 1000"));
    }

    [Fact]
    public async Task WithoutBatchesTheLinesComePlain()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        await FillAsync(server, TimeSpan.FromSeconds(1));
        IrcTestClient plain = await server.RegisterAsync("plain");
        await plain.AskAsync("JOIN #x");
        Assert.Equal([":writer!~writer@local PRIVMSG #x :8", ":writer!~writer@local NOTICE #x :9"], await plain.AskAsync("CHATHISTORY LATEST #x * 2"));
        Assert.Empty(await plain.AskAsync("CHATHISTORY LATEST #x timestamp=9000-01-01T00:00:00.000Z 2"));
    }

    [Fact]
    public async Task TargetsAreTheChannelsThatHaveTalked()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient reader = await server.RegisterAsync("reader", Capabilities);
        await reader.AskAsync("JOIN #a,#b,#c");
        foreach (string channel in new[] { "#b", "#a" })
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await reader.AskAsync($"PRIVMSG {channel} :x");
        }

        IrcMessage[] lines = [.. (await reader.AskAsync("CHATHISTORY TARGETS timestamp=9000-01-01T00:00:00.000Z timestamp=2000-01-01T00:00:00.000Z 10")).Select(IrcMessage.Parse)];
        Assert.Equal("draft/chathistory-targets", lines[0][1]);
        Assert.Equal(["#b", "#a"], lines[1..^1].Select(line => line[1]));
        Assert.Equal(2, (await reader.AskAsync("CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z timestamp=2001-01-01T00:00:00.000Z 10")).Length);
    }

    [Fact]
    public async Task WhatIsNotForAllAndWhatHasNoTextIsNotKept()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        (IrcTestClient reader, _) = await FillAsync(server, TimeSpan.FromSeconds(1));
        await reader.AskAsync("PRIVMSG @#x :operators", "@+typing=active TAGMSG #x", "PRIVMSG #x :all");
        Assert.Equal("9 all", await TextsAsync(reader, "LATEST #x * 2"));
    }

    [Fact]
    public async Task ThereMayBeNoHistory()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Limits.HistoryMessages = 0);
        IrcTestClient reader = await server.RegisterAsync("reader", "batch");
        await reader.AskAsync("JOIN #x", "PRIVMSG #x :x");
        Assert.DoesNotContain("chathistory", string.Concat(await reader.AskAsync("CAP LS 302")), StringComparison.Ordinal);
        Assert.Equal(2, (await reader.AskAsync("CHATHISTORY LATEST #x * 2")).Length);
    }

    private static async Task<string> TextsAsync(IrcTestClient reader, string question) =>
        string.Join(' ', (await reader.AskAsync("CHATHISTORY " + question))[1..^1].Select(line => IrcMessage.Parse(line).Last));

    // Ten messages, the last a notice, and how each is referred to.
    private static async Task<(IrcTestClient Reader, Dictionary<string, string> References)> FillAsync(IrcTestServer server, TimeSpan apart)
    {
        IrcTestClient reader = await server.RegisterAsync("reader", Capabilities);
        IrcTestClient writer = await server.RegisterAsync("writer");
        await reader.AskAsync("JOIN #x");
        await writer.AskAsync("JOIN #x");
        await reader.SyncAsync();
        var references = new Dictionary<string, string>();
        for (int i = 0; i < 10; i++)
        {
            server.Time.Advance(apart);
            await writer.AskAsync(string.Create(CultureInfo.InvariantCulture, $"{(i == 9 ? "NOTICE" : "PRIVMSG")} #x :{i}"));
            IrcMessage relayed = IrcMessage.Parse(Assert.Single(await reader.SyncAsync()));
            references.Add($"{{id{i}}}", "msgid=" + relayed.Tag("msgid"));
            references.Add($"{{t{i}}}", "timestamp=" + relayed.Tag("time"));
        }

        return (reader, references);
    }

    [Fact]
    public async Task HistoryIsToldAsItIsTakenHoweverSmallTheSendQueue()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
            options.Network.Classes = [new IrcConnectionClass { FloodAllowance = TimeSpan.Zero, SendQueueBytes = 16 * 1024 }]);
        IrcTestClient client = await server.RegisterAsync("a", "batch draft/chathistory");
        await client.AskAsync("JOIN #x");
        for (int i = 0; i < 100; i++)
        {
            await client.AskAsync($"PRIVMSG #x :{new string('.', 400)}");
        }

        // All at once, before any of it is read.
        await client.SendAsync([.. Enumerable.Repeat("CHATHISTORY LATEST #x * 100", 20), "PING end"]);
        Task<string[]> reading = client.ReadUntilAsync(line => line.EndsWith(" :end", StringComparison.Ordinal));
        for (int i = 0; i < 5_000_000 && !reading.IsCompleted; i++)
        {
            // The server's time must not run away from who reads: a minute of it without a line taken is a dead client.
            int taken = client.LinesTaken;
            if (server.Time.UntilNextTimer <= TimeSpan.FromMilliseconds(10))
            {
                server.Time.Advance(TimeSpan.FromMilliseconds(10));
            }

            for (int yields = 0; yields < 2_000 && client.LinesTaken == taken && !reading.IsCompleted; yields++)
            {
                await Task.Yield();
            }
        }

        Assert.Equal(20 * 102, (await reading).Length - 1);
        Assert.Equal(0, server.Server.Network.Counts.SendQueuesExceeded);
    }
}
