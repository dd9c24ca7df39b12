using Ropewalk.Chat.Irc.Server;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>What is said in a registered channel outlasts the server; what cannot be stored is not told.</summary>
public sealed class HistoryLogTests
{
    private const string Wanted = "message-tags batch server-time echo-message draft/chathistory";

    private readonly MemoryRecordStore _records = new();
    private readonly MemoryFileStore _files = new();

    [Fact]
    public async Task ARestartedServerTellsTheSameMessagesWithTheSameIdsAndTimes()
    {
        string[] before;
        await using (IrcTestServer server = await StartAsync())
        {
            IrcTestClient alice = await RegisterChannelAsync(server);
            await alice.AskAsync("@+tea=green PRIVMSG #kept :one é", "NOTICE #kept two", "PRIVMSG #kept :\u0001ACTION waves\u0001");
            before = await HistoryAsync(alice);
            Assert.Equal(3, before.Length);
        }

        await using IrcTestServer again = await StartAsync();
        IrcTestClient bob = await again.RegisterAsync("bob", Wanted);
        await bob.AskAsync("JOIN #kept");
        Assert.Equal(before, await HistoryAsync(bob));
        Assert.Contains("+tea=green", before[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChannelsThatAreNotRegisteredAreNotInTheLog()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient alice = await server.RegisterAsync("alice", Wanted);
        await alice.AskAsync("JOIN #loose", "PRIVMSG #loose :gone with the server");
        Assert.Empty(await _files.ListAsync(FileStorePath.Parse("irc-history")));
    }

    [Fact]
    public async Task AFullDiskIsSaidAndNothingIsToldThatIsNotStored()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient alice = await RegisterChannelAsync(server);
        IrcTestClient bob = await server.RegisterAsync("bob", Wanted);
        await bob.AskAsync("JOIN #kept");
        await alice.AskAsync("PRIVMSG #kept :before");
        _files.CapacityBytes = _files.UsedBytes;
        string[] refused = await alice.AskAsync("PRIVMSG #kept :lost");
        Assert.Contains(refused, line => line.Contains(" 404 alice #kept :", StringComparison.Ordinal) && line.Contains("could not be stored", StringComparison.Ordinal));
        _files.CapacityBytes = long.MaxValue;
        await alice.AskAsync("PRIVMSG #kept :after");
        string[] heard = await bob.SyncAsync();
        Assert.Equal(["before", "after"], heard.Where(line => line.Contains(" PRIVMSG ", StringComparison.Ordinal)).Select(line => line.Split(':')[^1]));
        Assert.Equal(2, (await HistoryAsync(bob)).Length);
    }

    [Fact]
    public async Task ATornEndIsLeftOutAndWrittenNoMore()
    {
        await using (IrcTestServer server = await StartAsync())
        {
            IrcTestClient alice = await RegisterChannelAsync(server);
            await alice.AskAsync("PRIVMSG #kept :whole");
        }

        FileStoreEntry segment = Assert.Single(await _files.ListAsync(FileStorePath.Parse("irc-history")));
        byte[] bytes = (await _files.ReadAllAsync(segment.Path))!;
        // once more the same record, without its last byte
        await using (IFileStoreFile file = await _files.OpenAsync(segment.Path, FileStoreMode.Append))
        {
            await file.AppendAsync(bytes.AsMemory(0, bytes.Length - 1));
        }

        await using (IrcTestServer server = await StartAsync())
        {
            IrcTestClient bob = await server.RegisterAsync("bob", Wanted);
            await bob.AskAsync("JOIN #kept");
            Assert.Single(await HistoryAsync(bob));
            await bob.AskAsync("PRIVMSG #kept :next");
        }

        await using IrcTestServer again = await StartAsync();
        IrcTestClient carol = await again.RegisterAsync("carol", Wanted);
        await carol.AskAsync("JOIN #kept");
        Assert.Equal(2, (await HistoryAsync(carol)).Length);
        Assert.Equal(2, (await _files.ListAsync(FileStorePath.Parse("irc-history"))).Count);
    }

    [Fact]
    public async Task TheOldestSegmentsAreDeleted()
    {
        await using IrcTestServer server = await StartAsync(options => options.HistoryLog = new IrcHistoryLogOptions { SegmentBytes = 4096, MostBytes = 16 * 1024 });
        IrcTestClient alice = await RegisterChannelAsync(server);
        string text = new('x', 300);
        for (int i = 0; i < 20; i++)
        {
            await alice.AskAsync([.. Enumerable.Repeat($"PRIVMSG #kept :{text}", 10)]);
        }

        IReadOnlyList<FileStoreEntry> segments = await _files.ListAsync(FileStorePath.Parse("irc-history"));
        Assert.InRange(segments.Count, 3, 6);
        Assert.DoesNotContain(segments, segment => segment.Path.Name == "000000000001.log");
    }

    [Fact]
    public async Task AChannelThatIsRegisteredAnewHasNotItsPredecessorsHistory()
    {
        await using (IrcTestServer server = await StartAsync())
        {
            IrcTestClient alice = await RegisterChannelAsync(server);
            await alice.AskAsync("PRIVMSG #kept :of the first");
            await alice.AskAsync("CS DROP #kept");
            server.Time.Advance(TimeSpan.FromSeconds(1));
            await alice.AskAsync("CS REGISTER #kept", "PRIVMSG #kept :of the second");
        }

        await using IrcTestServer again = await StartAsync();
        IrcTestClient bob = await again.RegisterAsync("bob", Wanted);
        await bob.AskAsync("JOIN #kept");
        Assert.EndsWith("of the second", Assert.Single(await HistoryAsync(bob)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatACrashedServerLeftToTheSystemIsFlushedBeforeItIsTold()
    {
        await using (IrcTestServer server = await StartAsync())
        {
            await (await RegisterChannelAsync(server)).AskAsync("PRIVMSG #kept :flushed");
        }

        await AppendOnceMoreAsync();
        await using (IrcTestServer server = await StartAsync())
        {
            IrcTestClient bob = await server.RegisterAsync("bob", Wanted);
            await bob.AskAsync("JOIN #kept");
            Assert.Equal(2, (await HistoryAsync(bob)).Length);
            _files.CutPower();
        }

        await using IrcTestServer again = await StartAsync();
        IrcTestClient carol = await again.RegisterAsync("carol", Wanted);
        await carol.AskAsync("JOIN #kept");
        Assert.Equal(2, (await HistoryAsync(carol)).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task AStartThatCannotFlushFailsWhereNothingMayBeLost(int flushSeconds)
    {
        await using (IrcTestServer server = await StartAsync())
        {
            await (await RegisterChannelAsync(server)).AskAsync("PRIVMSG #kept :there");
        }

        var files = new UnwillingFileStore(_files) { FailsFlushes = true };
        Task<IrcTestServer> start = StartAsync(options =>
        {
            options.Files = files;
            options.HistoryLog.FlushInterval = TimeSpan.FromSeconds(flushSeconds);
        });
        if (flushSeconds == 0)
        {
            await Assert.ThrowsAsync<FileStoreException>(() => start);
            return;
        }

        await using IrcTestServer again = await start;
        IrcTestClient bob = await again.RegisterAsync("bob", Wanted);
        await bob.AskAsync("JOIN #kept");
        Assert.Single(await HistoryAsync(bob));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatAFailedFlushHasRefusedDoesNotComeBack(bool isFirst)
    {
        var files = new UnwillingFileStore(_files);
        void Configure(IrcServerOptions options)
        {
            options.Files = files;
            options.HistoryLog.FlushInterval = TimeSpan.Zero;
        }

        await using (IrcTestServer server = await StartAsync(Configure))
        {
            IrcTestClient alice = await RegisterChannelAsync(server);
            await alice.AskAsync(isFirst ? "NOTICE alice :nothing yet" : "PRIVMSG #kept :before");
            files.FailsFlushes = true;
            Assert.Contains(await alice.AskAsync("PRIVMSG #kept :refused"), line => line.Contains("could not be stored", StringComparison.Ordinal));
            files.FailsFlushes = false;
            await alice.AskAsync("PRIVMSG #kept :after");
        }

        await using IrcTestServer again = await StartAsync(Configure);
        IrcTestClient bob = await again.RegisterAsync("bob", Wanted);
        await bob.AskAsync("JOIN #kept");
        Assert.Equal(isFirst ? ["after"] : ["before", "after"], (await HistoryAsync(bob)).Select(line => line.Split(':')[^1]));
    }

    [Fact]
    public async Task NothingIsWrittenWhileWhatWasRefusedCannotBeCutOff()
    {
        var files = new UnwillingFileStore(_files);
        await using IrcTestServer server = await StartAsync(options =>
        {
            options.Files = files;
            options.HistoryLog.FlushInterval = TimeSpan.Zero;
        });
        IrcTestClient alice = await RegisterChannelAsync(server);
        await alice.AskAsync("PRIVMSG #kept :before");
        files.FailsFlushes = files.FailsRenames = true;
        await alice.AskAsync("PRIVMSG #kept :refused");
        files.FailsFlushes = false;
        Assert.Contains(await alice.AskAsync("PRIVMSG #kept :refused too"), line => line.Contains("could not be stored", StringComparison.Ordinal));
        files.FailsRenames = false;
        await alice.AskAsync("PRIVMSG #kept :after");
        Assert.Equal(["before", "after"], (await HistoryAsync(alice)).Select(line => line.Split(':')[^1]));
        Assert.Equal(2, (await _files.ListAsync(FileStorePath.Parse("irc-history"))).Count);
    }

    [Fact]
    public async Task AllThatIsWrongWithTheOptionsIsSaidAtOnce()
    {
        ArgumentException refusal = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(options =>
        {
            options.Network.ServerName = "nodot";
            options.StoreName = "No Name";
            options.Authentication.Iterations = 0;
            options.HistoryLog = new IrcHistoryLogOptions { SegmentBytes = 1, MostBytes = 0, FlushInterval = TimeSpan.FromSeconds(-1) };
        }));
        Assert.All(["'nodot'", "'No Name'", "Iterations", "A segment of the history's log", "must hold at least a segment", "is flushed after"], part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TooManyTargetsDoNotLeaveAMessageToTheNextWhoSpeaks()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient alice = await RegisterChannelAsync(server);
        IrcTestClient stranger = await server.RegisterAsync("stranger", Wanted);
        IrcTestClient carol = await server.RegisterAsync("carol", Wanted);
        await carol.AskAsync("JOIN #kept");
        string[] answer = await alice.AskAsync("PRIVMSG #kept,w,x,y,z :among us");
        Assert.Contains(answer, line => line.Contains(" 407 ", StringComparison.Ordinal));
        Assert.Contains(await carol.SyncAsync(), line => line.EndsWith("PRIVMSG #kept :among us", StringComparison.Ordinal));
        Assert.DoesNotContain(await stranger.AskAsync("PRIVMSG carol :hi"), line => line.Contains("among us", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AServiceAmongTheTargetsLosesNothing()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient alice = await RegisterChannelAsync(server);
        string[] answer = await alice.AskAsync("PRIVMSG #kept,NickServ :INFO alice");
        // said in the channel, or refused with a word; and the next message is its own
        Assert.True(answer.Any(line => line.EndsWith("PRIVMSG #kept :INFO alice", StringComparison.Ordinal)) || answer.Any(line => line.Contains(" 407 ", StringComparison.Ordinal)));
        Assert.Contains(await alice.AskAsync("PRIVMSG #kept :next"), line => line.EndsWith("PRIVMSG #kept :next", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TagsWithoutAKeyAreNotStored()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient alice = await RegisterChannelAsync(server);
        await alice.AskAsync("@=x;+;+a/b=c PRIVMSG #kept :hi");
        string kept = Assert.Single(await HistoryAsync(alice));
        Assert.Contains("+a/b=c", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("=x", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsWrittenIsFlushedInTimeWhateverRotates()
    {
        await using (IrcTestServer server = await StartAsync(options => options.HistoryLog = new IrcHistoryLogOptions { SegmentBytes = 4096 }))
        {
            IrcTestClient alice = await RegisterChannelAsync(server);
            for (int i = 0; i < 5; i++)
            {
                await alice.AskAsync([.. Enumerable.Repeat($"PRIVMSG #kept :{new string('x', 300)}", 10)]);
            }

            server.Time.Advance(TimeSpan.FromSeconds(2));
            await alice.AskAsync("PRIVMSG #kept :after the second in which all was flushed");
            _files.CutPower();
        }

        await using IrcTestServer again = await StartAsync();
        IrcTestClient bob = await again.RegisterAsync("bob", Wanted);
        await bob.AskAsync("JOIN #kept");
        Assert.InRange((await HistoryAsync(bob)).Length, 50, 51);
    }

    [Fact]
    public async Task AFullDiskLeavesNoFilesBehind()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient alice = await RegisterChannelAsync(server);
        _files.CapacityBytes = _files.UsedBytes;
        for (int i = 0; i < 10; i++)
        {
            await alice.AskAsync("PRIVMSG #kept :refused");
        }

        Assert.Empty(await _files.ListAsync(FileStorePath.Parse("irc-history")));
    }

    [Fact]
    public async Task TwoServersThatShareTheirStoresKeepApart()
    {
        await using (IrcTestServer one = await StartAsync())
        await using (IrcTestServer two = await StartAsync(options => options.StoreName = "irc2"))
        {
            IrcTestClient alice = await RegisterChannelAsync(one);
            await alice.AskAsync("PRIVMSG #kept :here");
            IrcTestClient bob = await two.RegisterAsync("bob", Wanted);
            await bob.AskAsync("REGISTER * * secret-of-bob", "JOIN #kept", "CS REGISTER #kept", "PRIVMSG #kept :there");
            Assert.EndsWith(":there", Assert.Single(await HistoryAsync(bob)), StringComparison.Ordinal);
        }

        await using IrcTestServer again = await StartAsync();
        IrcTestClient carol = await again.RegisterAsync("carol", Wanted);
        await carol.AskAsync("JOIN #kept");
        Assert.EndsWith(":here", Assert.Single(await HistoryAsync(carol)), StringComparison.Ordinal);
    }

    // The last record once more: written and not flushed, as by a server that crashed.
    private async Task AppendOnceMoreAsync()
    {
        FileStoreEntry segment = Assert.Single(await _files.ListAsync(FileStorePath.Parse("irc-history")));
        byte[] bytes = (await _files.ReadAllAsync(segment.Path))!;
        await using IFileStoreFile file = await _files.OpenAsync(segment.Path, FileStoreMode.Append);
        await file.AppendAsync(bytes);
    }

    private async Task<IrcTestServer> StartAsync(Action<IrcServerOptions>? configure = null) => await IrcTestServer.StartAsync(
        options =>
        {
            options.Files = _files;
            configure?.Invoke(options);
        },
        _records);

    private static async Task<IrcTestClient> RegisterChannelAsync(IrcTestServer server)
    {
        IrcTestClient alice = await server.RegisterAsync("alice", Wanted);
        await alice.AskAsync("REGISTER * * secret-of-alice", "JOIN #kept", "CS REGISTER #kept");
        return alice;
    }

    private static async Task<string[]> HistoryAsync(IrcTestClient client)
    {
        string[] lines = await client.AskAsync("CHATHISTORY LATEST #kept * 100");
        return [.. lines.Where(line => line.Contains("batch=", StringComparison.Ordinal)).Select(line => System.Text.RegularExpressions.Regex.Replace(line, "batch=[^ ;]+", "batch"))];
    }
}
