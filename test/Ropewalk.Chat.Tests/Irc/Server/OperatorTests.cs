using Ropewalk.Chat.Irc.Network;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>OPER, and what operators of the network do: KILL, KLINE, DLINE, REHASH, WALLOPS, DIE.</summary>
public sealed class OperatorTests
{
    [Fact]
    public async Task AnAccountOrItsPasswordMakesAnOperator()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await server.RegisterAccountAsync("root");
        Assert.Equal(":irc.test 381 root :You are now an operator of this network", (await root.AskAsync("OPER admin"))[0]);
        Assert.Contains(":irc.test 313 root root :is an operator of this network", await root.AskAsync("WHOIS root"));
        IrcTestClient other = await server.RegisterAsync("other");
        Assert.Equal([":irc.test 464 other :Log in to the operator's account, or give its password"], await other.AskAsync("OPER admin"));
        Assert.Equal([":irc.test 464 other :Password incorrect"], await other.AskAsync("OPER admin wrong-password"));
        Assert.Contains("failed to become the operator admin", Assert.Single(await root.SyncAsync()), StringComparison.Ordinal);
        Assert.Equal([":irc.test 491 other :No operator block fits"], await other.AskAsync("OPER nobody x"));
        string[] lines = await other.AskAsync("OPER ADMIN password-root");
        Assert.Equal([":irc.test 381 other :You are now an operator of this network", ":other!~other@local MODE other :+osw"], lines[..2]);
        Assert.Contains(await other.AskAsync("LUSERS"), line => line.Contains(" 252 other 2 ", StringComparison.Ordinal));
        Assert.Equal([":other!~other@local MODE other :-os"], await other.AskAsync("MODE other -o"));
        Assert.Equal([":irc.test 481 other :Permission denied: you may not do that"], await other.AskAsync("REHASH"));
    }

    [Fact]
    public async Task ABlockMayNeedTlsAndHosts()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
        {
            options.Network.AllowsPlainPasswords = true;
            options.Network.Operators =
            [
                new IrcOperatorBlock { Name = "tls", Account = "root" }, new IrcOperatorBlock { Name = "host", Account = "root", RequiresTls = false, Hosts = ["*@203.0.113.*"] },
            ];
        });
        await server.RegisterAccountAsync("root");
        IrcTestClient plain = server.ConnectFrom("198.51.100.1");
        await plain.RegisterAsync("p");
        Assert.Contains(" 491 ", Assert.Single(await plain.AskAsync("OPER tls password-root")), StringComparison.Ordinal);
        Assert.Contains(" 491 ", Assert.Single(await plain.AskAsync("OPER host password-root")), StringComparison.Ordinal);
        IrcTestClient near = server.ConnectFrom("203.0.113.9");
        await near.RegisterAsync("n");
        Assert.Contains(" 381 ", (await near.AskAsync("OPER host password-root"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOperatorMayDoWhatItsBlockSays()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Operators =
            [new IrcOperatorBlock { Name = "helper", Account = "root", Rights = IrcOperatorRights.Kill | IrcOperatorRights.Announce }]);
        IrcTestClient root = await server.RegisterAccountAsync("root");
        await root.AskAsync("OPER helper");
        Assert.Equal([":irc.test 723 root :Permission denied: you may not do that"], await root.AskAsync("KLINE x"));
        Assert.Equal([":irc.test 723 root :Permission denied: you may not do that"], await root.AskAsync("REHASH"));
        Assert.Contains(" 481 ", (await root.AskAsync("STATS k"))[0], StringComparison.Ordinal);
        Assert.Single(await root.AskAsync("WALLOPS :hi"));
    }

    [Fact]
    public async Task KillEndsAConnection()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await OperAsync(server);
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        Assert.Contains("killed a!~a@local", Assert.Single(await root.AskAsync("KILL a :bad manners")), StringComparison.Ordinal);
        Assert.Equal([":root!~root@local KILL a :bad manners", "ERROR :Closing link: (~a@local) [Killed (root (bad manners))]"], await all[0].ReadToEndAsync());
        Assert.Equal([":a!~a@local QUIT :Killed (root (bad manners))"], await all[1].SyncAsync());
    }

    [Fact]
    public async Task AMaskIsBannedForATime()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await OperAsync(server);
        IrcTestClient bad = await server.RegisterAsync("bad1");
        IrcTestClient good = await server.RegisterAsync("good");
        Assert.Contains("banned bad*!*@*: go away", Assert.Single(await root.AskAsync("KLINE 10 bad* :go away")), StringComparison.Ordinal);
        Assert.Equal(["ERROR :Closing link: (~bad1@local) [Banned: go away]"], await bad.ReadToEndAsync());
        Assert.Empty(await good.SyncAsync());
        Assert.Contains(":irc.test 216 root K bad*!*@* root :go away", await root.AskAsync("STATS k"));
        IrcTestClient again = await server.ConnectAsync();
        await again.SendAsync("NICK bad2", "USER x 0 * :X");
        Assert.Equal(":irc.test 465 bad2 :You are banned from this server: go away", (await again.ReadToEndAsync())[0]);
        for (int i = 0; i < 10; i++)
        {
            server.Time.Advance(TimeSpan.FromMinutes(1));
            await root.SyncAsync();
        }

        await server.RegisterAsync("bad3");
    }

    [Fact]
    public async Task ANetworkIsBannedAndTheBanIsLifted()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await OperAsync(server);
        IrcTestClient bad = server.ConnectFrom("198.51.100.7");
        await bad.RegisterAsync("bad");
        Assert.Contains("banned 198.51.100.0/24", Assert.Single(await root.AskAsync("DLINE 198.51.100.0/24 :spam")), StringComparison.Ordinal);
        Assert.Contains("[Banned: spam]", (await bad.ReadToEndAsync())[^1], StringComparison.Ordinal);
        Assert.Equal("ERROR :Closing link: (*@", (await server.ConnectFrom("198.51.100.8").ReadToEndAsync())[0][..24]);
        await server.ConnectFrom("198.51.101.8").RegisterAsync("neighbour");
        Assert.Contains("There is no such ban", Assert.Single(await root.AskAsync("UNDLINE 198.51.100.7")), StringComparison.Ordinal);
        Assert.Contains("lifted the ban", Assert.Single(await root.AskAsync("UNDLINE 198.51.100.0/24")), StringComparison.Ordinal);
        await server.ConnectFrom("198.51.100.8").RegisterAsync("back");
    }

    [Theory]
    [InlineData("DLINE nonsense", "Not an address or a network")]
    [InlineData("DLINE 0.0.0.0/0", "Not an address or a network")]
    [InlineData("DLINE 10.1.2.3/33", "Not an address or a network")]
    [InlineData("DLINE ::/0", "Not an address or a network")]
    [InlineData("KLINE *", "That mask matches everybody, or nobody")]
    [InlineData("KLINE *!*@*", "That mask matches everybody, or nobody")]
    [InlineData("KLINE :a b", "That mask matches everybody, or nobody")]
    [InlineData("KLINE a\u0002b", "That mask matches everybody, or nobody")]
    [InlineData("UNKLINE x", "There is no such ban")]
    public async Task WhatCannotBeABanIsRefused(string line, string reason)
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await OperAsync(server);
        Assert.EndsWith(":" + reason, Assert.Single(await root.AskAsync(line)), StringComparison.Ordinal);
        Assert.Empty(server.Server.Network.Bans.All);
    }

    [Theory]
    [InlineData("DLINE 10.1.2.3/8")]
    [InlineData("DLINE 1")]
    [InlineData("DLINE 2001:db8::/32")]
    [InlineData("DLINE fe80::1%1")]
    public async Task WhateverIsTakenAsANetworkNeverHarms(string line)
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await OperAsync(server);
        Assert.Single(await root.AskAsync(line));
        await server.ConnectFrom("203.0.113.1").RegisterAsync("a");
    }

    [Fact]
    public async Task BansOutlastTheServerAndEndedOnesDoNot()
    {
        var records = new MemoryRecordStore();
        await using (IrcTestServer first = await StartAsync(records))
        {
            IrcTestClient root = await OperAsync(first);
            await root.AskAsync("KLINE bad :for good", "DLINE 198.51.100.0/24 :net", "KLINE lifted", "UNKLINE lifted");
        }

        await using (IrcTestServer second = await StartAsync(records))
        {
            Assert.Equal(["*", "for good", "net"], second.Server.Network.Bans.All.Select(ban => ban.Reason).Append("*").Order());
            Assert.Contains("[Banned: net]", (await second.ConnectFrom("198.51.100.8").ReadToEndAsync())[^1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ABanThatCannotBeKeptIsNotSet()
    {
        var records = new MemoryRecordStore();
        await using IrcTestServer server = await StartAsync(records);
        IrcTestClient root = await OperAsync(server);
        records.ChangeFailure = RecordStoreFailure.ReadOnly;
        Assert.Equal([":irc.test FAIL * TEMPORARILY_UNAVAILABLE :The ban could not be stored, and was not set"], await root.AskAsync("KLINE bad"));
        Assert.Empty(server.Server.Network.Bans.All);
    }

    [Fact]
    public async Task RehashCallsWhoKnowsAndTellsWhatCameOfIt()
    {
        int calls = 0;
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
        {
            options.Network.Operators = [new IrcOperatorBlock { Name = "admin", Account = "root" }];
            options.Rehash = _ => Task.FromResult($"Read {++calls} times.\r\nQUIT :injected");
        });
        IrcTestClient root = await OperAsync(server);
        string[] lines = await root.AskAsync("REHASH");
        Assert.Equal([":irc.test 382 root configuration :Rehashing", ":irc.test NOTICE root :Read 1 times. QUIT :injected"], [lines[0], lines[^1]]);
    }

    [Fact]
    public async Task ExchangedOptionsHoldAtOnce()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        server.Server.Apply(new IrcNetworkOptions { ServerName = "irc.test", NetworkName = "Test", Motd = ["new"] });
        Assert.Contains(":irc.test 372 a :- new", await alice.AskAsync("MOTD"));
        Assert.Throws<ArgumentException>(() => server.Server.Apply(new IrcNetworkOptions { ServerName = "bad" }));
    }

    [Fact]
    public async Task WallopsAndNoticesGoToThoseWhoWantThem()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await OperAsync(server);
        IrcTestClient[] all = await server.RegisterAllAsync("a", "b");
        await all[0].AskAsync("MODE a +w");
        await root.AskAsync("WALLOPS :hear ye");
        Assert.Equal([":root!~root@local WALLOPS :hear ye"], await all[0].SyncAsync());
        Assert.Empty(await all[1].SyncAsync());
    }

    [Fact]
    public async Task DieStopsWhereItMay()
    {
        int stops = 0;
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
        {
            options.Network.Operators = [new IrcOperatorBlock { Name = "admin", Account = "root" }];
            options.Stop = () => stops++;
        });
        await (await OperAsync(server)).AskAsync("DIE");
        Assert.Equal(1, stops);
        await using IrcTestServer other = await StartAsync();
        IrcTestClient root = await OperAsync(other);
        Assert.Equal([":irc.test 421 root DIE :Unknown command"], await root.AskAsync("DIE"));
        Assert.Contains(" 524 root DIE ", Assert.Single(await root.AskAsync("HELP DIE")), StringComparison.Ordinal);
        Assert.DoesNotContain("DIE", HelpedWith(await root.AskAsync("HELP")));
        Assert.Contains("REHASH", HelpedWith(await root.AskAsync("HELP")));
    }

    [Fact]
    public async Task HelpNamesWhatOneMay()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
        {
            options.Stop = () => { };
            options.Network.Operators = [new IrcOperatorBlock { Name = "helper", Account = "root", Rights = IrcOperatorRights.Kill | IrcOperatorRights.Stop }];
        });
        IrcTestClient root = await OperAsync(server);
        string[] names = HelpedWith(await root.AskAsync("HELP"));
        Assert.Equal(["DIE", "KILL"], names.Where(name => name is "DIE" or "KILL" or "KLINE" or "REHASH" or "WALLOPS").Order());
        Assert.DoesNotContain("KILL", HelpedWith(await (await server.RegisterAsync("a")).AskAsync("HELP")));
    }

    private static string[] HelpedWith(string[] lines) => [.. lines.Where(line => line.Contains(" 705 ", StringComparison.Ordinal)).SelectMany(line => line[(line.LastIndexOf(':') + 1)..].Split(' '))];

    [Fact]
    public async Task AnOperatorOverridesAndSeesWhatItMay()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await OperAsync(server);
        IrcTestClient alice = server.ConnectFrom("198.51.100.9");
        await alice.RegisterAsync("a");
        await alice.AskAsync("JOIN #x", "MODE #x +sik key", "MODE a +i");
        Assert.Contains(":irc.test 319 root a :@#x", await root.AskAsync("WHOIS a"));
        Assert.Contains(":irc.test 378 root a :is connecting from 198.51.100.9", await root.AskAsync("WHOIS a"));
        Assert.Contains(await root.AskAsync("LIST"), line => line.Contains(" 322 root #x 1", StringComparison.Ordinal));
        Assert.Equal([":root!~root@local MODE #x +v a"], await root.AskAsync("MODE #x +v a"));
        Assert.Equal([":root!~root@local KICK #x a :out"], await root.AskAsync("KICK #x a :out"));
        await alice.AskAsync("JOIN #x", "MODE #x +ik key");
        Assert.Contains(":root!~root@local JOIN #x", await root.AskAsync("JOIN #x"));
    }

    private static Task<IrcTestServer> StartAsync(IRecordStore? records = null) =>
        IrcTestServer.StartAsync(options => options.Network.Operators = [new IrcOperatorBlock { Name = "admin", Account = "root" }], records);

    private static async Task<IrcTestClient> OperAsync(IrcTestServer server)
    {
        IrcTestClient root = await server.RegisterAccountAsync("root");
        await root.AskAsync("OPER " + server.Server.Options.Operators[0].Name);
        return root;
    }
}
