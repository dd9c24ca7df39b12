using Ropewalk.Chat.Irc.Network;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>What a reload changes for those who are there already.</summary>
public sealed class LiveSettingsTests
{
    public enum Change
    {
        None,
        Removed,
        OtherAccount,
        OtherRights,
        OtherHosts,
    }

    [Theory]
    [InlineData(Change.None)]
    [InlineData(Change.Removed)]
    [InlineData(Change.OtherAccount)]
    [InlineData(Change.OtherRights)]
    [InlineData(Change.OtherHosts)]
    public async Task WhoIsAnOperatorByABlockThatIsNoMoreIsOneNoLonger(Change change)
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await server.RegisterAccountAsync("root");
        await root.AskAsync("OPER admin");
        server.Server.Apply(After(change));
        string[] lines = await root.SyncAsync();
        Assert.Equal(change == Change.None ? [] : [":root!~root@local MODE root :-os"], lines);
        Assert.Equal(change == Change.None, (await root.AskAsync("KLINE bad!*@*"))[0].Contains("banned", StringComparison.Ordinal));
        Assert.Contains(await root.AskAsync("LUSERS"), line => line.Contains(change == Change.None ? " 252 root 1 " : " 255 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ABlockThatGoesWhileThePasswordIsCheckedMakesNoOperator()
    {
        var records = new SlowRecordStore();
        await using IrcTestServer server = await StartAsync(records);
        IrcTestClient other = await server.RegisterAsync("other");
        records.HoldsReads = true;
        records.Hold();
        await other.SendAsync("OPER admin password-root");
        await IrcTestServer.UntilAsync(() => records.Waited == 1);
        server.Server.Apply(After(Change.Removed));
        records.Release();
        Assert.Equal([":irc.test 464 other :Password incorrect"], await other.SyncAsync());
    }

    [Fact]
    public async Task TheBoundsOfHistoriesHoldForChannelsThatThereAre()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("alice");
        await alice.AskAsync(["JOIN #x", .. Enumerable.Range(1, 20).Select(i => $"PRIVMSG #x :{i}")]);
        IrcChannel channel = server.Server.Network.FindChannel("#x"u8)!;
        Assert.Equal(20, channel.History!.Count);
        server.Server.Apply(WithHistory(server, 5));
        await alice.AskAsync("PRIVMSG #x :21");
        Assert.Equal(5, channel.History!.Count);
        Assert.Equal("17"u8, channel.History.Read(0).Text);
        server.Server.Apply(WithHistory(server, 7));
        await alice.AskAsync([.. Enumerable.Range(22, 10).Select(i => $"PRIVMSG #x :{i}")]);
        Assert.Equal(7, channel.History!.Count);
        server.Server.Apply(WithHistory(server, 0));
        await alice.AskAsync("PRIVMSG #x :not kept");
        Assert.Null(channel.History);
        Assert.Equal(0, server.Server.Network.Histories.HeldBytes);
    }

    [Fact]
    public async Task AllHistoriesTogetherAreBoundedAndTheLongestSilentGoesFirst()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Limits.HistoryTotalBytes = 10 * 1024);
        IrcTestClient alice = await server.RegisterAsync("alice");
        for (int i = 0; i < 30; i++)
        {
            await alice.AskAsync($"JOIN #c{i}", $"PRIVMSG #c{i} :hello", "PRIVMSG #c0 :still here");
        }

        IrcNetwork network = server.Server.Network;
        Assert.InRange(network.Histories.HeldBytes, 1024, 10 * 1024);
        Assert.Equal(31, network.FindChannel("#c0"u8)!.History!.Count);
        Assert.Null(network.FindChannel("#c1"u8)!.History);
        Assert.NotNull(network.FindChannel("#c29"u8)!.History);
        await alice.AskAsync([.. Enumerable.Range(0, 30).Select(i => $"PART #c{i}")]);
        Assert.Equal(0, network.Histories.HeldBytes);
    }

    [Fact]
    public async Task AnAddressMakesSoManyAccountsAndNoMore()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
        {
            options.Network.AllowsPlainPasswords = true;
            options.Network.Limits.AccountsPerAddress = 2;
        });
        for (int i = 0; i < 2; i++)
        {
            await MakeAsync(server, $"2001:db8::{i}", $"a{i}", isMade: true);
        }

        await MakeAsync(server, "2001:db8::9", "a9", isMade: false);
        await MakeAsync(server, "2001:db8:0:1::1", "b", isMade: true);
        server.Time.Advance(TimeSpan.FromMinutes(10));
        await MakeAsync(server, "2001:db8::9", "c", isMade: true);
    }

    private static async Task MakeAsync(IrcTestServer server, string address, string nick, bool isMade)
    {
        await using IrcTestClient client = server.ConnectFrom(address);
        await client.RegisterAsync(nick);
        string expected = isMade ? "REGISTER SUCCESS" : "FAIL REGISTER TEMPORARILY_UNAVAILABLE";
        Assert.Contains(await client.AskAsync($"REGISTER * * secret-of-{nick}"), line => line.Contains(expected, StringComparison.Ordinal));
    }

    private static Task<IrcTestServer> StartAsync(IRecordStore? records = null) => IrcTestServer.StartAsync(options => options.Network.Operators = [Block()], records);

    private static IrcOperatorBlock Block() => new() { Name = "admin", Account = "root" };

    private static IrcNetworkOptions After(Change change)
    {
        IrcOperatorBlock block = Block();
        block.Account = change == Change.OtherAccount ? "somebody" : block.Account;
        block.Rights = change == Change.OtherRights ? IrcOperatorRights.Kill : block.Rights;
        block.Hosts = change == Change.OtherHosts ? ["*@10.*"] : block.Hosts;
        return new IrcNetworkOptions { ServerName = "irc.test", NetworkName = "Test", Operators = change == Change.Removed ? [] : [block] };
    }

    private static IrcNetworkOptions WithHistory(IrcTestServer server, int messages) =>
        new() { ServerName = "irc.test", NetworkName = "Test", Classes = server.Server.Options.Classes, Limits = new IrcNetworkLimits { HistoryMessages = messages } };
}
