using System.Text;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>What happens when a store does not answer: who waits for it is let go, others never waited, and what it does later is taken over.</summary>
public sealed class DeadStoreTests
{
    // no other timer is so far away
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(29);

    private readonly SlowRecordStore _records = new();

    [Fact]
    public async Task WhoChangesAChannelIsLetGoAndTheChangeComesWhenTheStoreAnswers()
    {
        await using IrcTestServer server = await StartAsync();
        (IrcTestClient alice, IrcTestClient bob) = await RegisterChannelAsync(server, "#x");
        _records.Hold();
        await alice.SendAsync("TOPIC #x :late", "PRIVMSG #x :behind it");
        await PassAsync(server);
        Assert.EndsWith("The store does not answer; the change is made when it does", await alice.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(":alice!~alice@local PRIVMSG #x :behind it", await bob.ReadLineAsync());
        Assert.Contains(await alice.AskAsync("TOPIC #x"), line => line.Contains(" 331 ", StringComparison.Ordinal));
        _records.Release();
        Assert.Equal(":alice!~alice@local TOPIC #x :late", await bob.ReadLineAsync());
        await alice.AskAsync("TOPIC #x :later");
        Assert.Equal(":alice!~alice@local TOPIC #x :later", await bob.ReadLineAsync());
    }

    [Fact]
    public async Task OneChannelNeverWaitsForAnothers()
    {
        await using IrcTestServer server = await StartAsync();
        (IrcTestClient alice, IrcTestClient bob) = await RegisterChannelAsync(server, "#x");
        await bob.AskAsync("JOIN #y", "CS REGISTER #y");
        _records.Hold("#x");
        await alice.SendAsync("TOPIC #x :hangs");
        await IrcTestServer.UntilAsync(() => _records.Waited == 1);
        Assert.Contains(":bob!~bob@local TOPIC #y :goes on", await bob.AskAsync("TOPIC #y :goes on"));
    }

    [Fact]
    public async Task WhoStandsBehindAChangeThatHangsIsLetGoAndChangesNothing()
    {
        await using IrcTestServer server = await StartAsync();
        (IrcTestClient alice, IrcTestClient bob) = await RegisterChannelAsync(server, "#x");
        _records.Hold();
        await alice.SendAsync("MODE #x +b a");
        await PassAsync(server);
        await alice.SyncAsync();
        await bob.SendAsync("MODE #x +b b");
        await PassAsync(server);
        Assert.Contains(await bob.SyncAsync(), line => line.EndsWith("the change was not made", StringComparison.Ordinal));
        _records.Release();
        await alice.AskAsync("MODE #x +b c");
        Assert.Equal(["a!*@*", "c!*@*"], server.Server.Network.FindChannel("#x"u8)!.Bans.Entries.Select(entry => Encoding.UTF8.GetString(entry.Mask)));
    }

    [Fact]
    public async Task WhoLeavesIsLetGoAtOnce()
    {
        await using IrcTestServer server = await StartAsync();
        (IrcTestClient alice, IrcTestClient bob) = await RegisterChannelAsync(server, "#x");
        _records.Hold();
        await alice.SendAsync("TOPIC #x :last will");
        await IrcTestServer.UntilAsync(() => _records.Waited == 1);
        alice.Connection.Abort();
        Assert.StartsWith(":alice!~alice@local QUIT ", await bob.ReadLineAsync(), StringComparison.Ordinal);
        _records.Release();
        await IrcTestServer.UntilAsync(() => server.Server.Network.FindChannel("#x"u8)!.Topic is not null);
    }

    [Fact]
    public async Task AnAccountThatIsMadeLateIsThere()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient alice = await server.RegisterAsync("alice");
        _records.Hold();
        await alice.SendAsync("REGISTER * * secret-of-alice");
        await IrcTestServer.UntilAsync(() => _records.Waited == 1);
        await PassAsync(server);
        Assert.Contains(await alice.SyncAsync(), line => line.Contains("FAIL REGISTER TEMPORARILY_UNAVAILABLE", StringComparison.Ordinal));
        _records.Release();
        await IrcTestServer.UntilAsync(() => server.Server.Network.Registrations.Count == 1);
        Assert.Contains(await alice.AskAsync("NS IDENTIFY secret-of-alice"), line => line.Contains(" 900 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AChannelThatIsRegisteredLateIsThereAlthoughAllHaveLeft()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        await alice.AskAsync("JOIN #x");
        _records.Hold();
        await alice.SendAsync("CS REGISTER #x");
        await PassAsync(server);
        await alice.AskAsync("PART #x");
        Assert.NotNull(server.Server.Network.FindChannel("#x"u8));
        _records.Release();
        await IrcTestServer.UntilAsync(() => server.Server.Network.FindChannel("#x"u8) is { Registration: not null, IsBeingRegistered: false });
    }

    [Theory]
    [InlineData("NS IDENTIFY alice secret-of-alice", "Accounts cannot be reached now")]
    [InlineData("NS INFO alice", "Accounts cannot be reached now")]
    public async Task WhoAsksForAnAccountIsLetGo(string command, string answer)
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient bob = await server.RegisterAsync("bob");
        _records.HoldsReads = true;
        _records.Hold();
        await bob.SendAsync(command);
        await PassAsync(server);
        Assert.Contains(await bob.SyncAsync(), line => line.Contains(answer, StringComparison.Ordinal));
        _records.Release();
    }

    [Fact]
    public async Task WhoLogsInIsLetGo()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient bob = await server.ConnectAsync();
        await bob.SendAsync("CAP REQ :sasl", "AUTHENTICATE PLAIN");
        await bob.ReadUntilAsync(line => line == "AUTHENTICATE +");
        _records.HoldsReads = true;
        _records.Hold();
        await bob.SendAsync("AUTHENTICATE " + Convert.ToBase64String("\0alice\0secret"u8));
        await PassAsync(server);
        Assert.Contains(" 904 ", await bob.ReadLineAsync(), StringComparison.Ordinal);
        _records.Release();
    }

    [Fact]
    public async Task WhoSpeaksWhileTheLogHangsIsToldWhatBecameOfIt()
    {
        var files = new UnwillingFileStore(new MemoryFileStore());
        await using IrcTestServer server = await StartAsync(files);
        (IrcTestClient alice, IrcTestClient bob) = await RegisterChannelAsync(server, "#x");
        files.Hold();
        await alice.SendAsync("PRIVMSG #x :in the store's hands");
        await IrcTestServer.UntilAsync(() => files.Waited == 1);
        await PassAsync(server);
        Assert.Contains(await alice.SyncAsync(), line => line.EndsWith("what you said is told when it does", StringComparison.Ordinal));

        // It is known by now that the store does not answer.
        Assert.Contains(await bob.AskAsync("PRIVMSG #x :at once"), line => line.EndsWith("the message could not be stored, and was not sent", StringComparison.Ordinal));
        files.Release();
        Assert.Equal(":alice!~alice@local PRIVMSG #x :in the store's hands", await bob.ReadLineAsync());
        await alice.AskAsync("PRIVMSG #x :after");
        Assert.Equal(":alice!~alice@local PRIVMSG #x :after", await bob.ReadLineAsync());
    }

    [Fact]
    public async Task WhatWaitsBehindAMessageThatHangsIsGivenUp()
    {
        var files = new UnwillingFileStore(new MemoryFileStore());
        await using IrcTestServer server = await StartAsync(files);
        (IrcTestClient alice, IrcTestClient bob) = await RegisterChannelAsync(server, "#x");
        files.Hold();
        int timers = server.Time.ArmedTimers;
        await alice.SendAsync("PRIVMSG #x :first");
        await IrcTestServer.UntilAsync(() => files.Waited == 1);
        await bob.SendAsync("PRIVMSG #x :second");
        await IrcTestServer.UntilAsync(() => server.Time.ArmedTimers == timers + 2);
        await PassAsync(server);
        Assert.Contains(await bob.SyncAsync(), line => line.EndsWith("the message could not be stored, and was not sent", StringComparison.Ordinal));
        files.Release();
        Assert.Equal(":alice!~alice@local PRIVMSG #x :first", await bob.ReadLineAsync());
        Assert.DoesNotContain(await alice.SyncAsync(), line => line.Contains("second", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AStopDoesNotWaitForEver()
    {
        var files = new UnwillingFileStore(new MemoryFileStore());
        IrcTestServer server = await StartAsync(files);
        (IrcTestClient alice, _) = await RegisterChannelAsync(server, "#x");
        files.Hold();
        await alice.SendAsync("PRIVMSG #x :hangs");
        await IrcTestServer.UntilAsync(() => files.Waited == 1);
        await PassAsync(server);
        await alice.SyncAsync();
        Task stopped = server.DisposeAsync().AsTask();
        await PassAsync(server);
        await stopped;
    }

    private Task<IrcTestServer> StartAsync(UnwillingFileStore? files = null) => IrcTestServer.StartAsync(
        options =>
        {
            options.StoreTimeout = Timeout;
            options.Files = files;
            options.HistoryLog.FlushInterval = TimeSpan.Zero;
        },
        _records);

    // When somebody waits for the store, its time passes.
    private static async Task PassAsync(IrcTestServer server)
    {
        await IrcTestServer.UntilAsync(() => server.Time.UntilNextTimer == Timeout);
        server.Time.Advance(Timeout);
    }

    // Alice founds, bob is an operator.
    private static async Task<(IrcTestClient Alice, IrcTestClient Bob)> RegisterChannelAsync(IrcTestServer server, string channel)
    {
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        await alice.AskAsync($"JOIN {channel}", $"CS REGISTER {channel}", $"CS ACCESS {channel} bob +o");
        await bob.AskAsync($"JOIN {channel}");
        await alice.SyncAsync();
        return (alice, bob);
    }
}
