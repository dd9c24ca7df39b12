using System.Text;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Policies;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Connection classes, cloaks, and who does not read.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task AnAddressHasSoManyConnections()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Classes[0].MaxPerAddress = 2);
        IrcTestClient first = server.ConnectFrom("198.51.100.1");
        await first.RegisterAsync("a");
        await server.ConnectFrom("198.51.100.1").RegisterAsync("b");
        IrcTestClient third = server.ConnectFrom("198.51.100.1");
        Assert.EndsWith("[Too many connections from your address]", Assert.Single(await third.ReadToEndAsync()), StringComparison.Ordinal);
        await third.DisposeAsync();
        await server.ConnectFrom("198.51.100.2").RegisterAsync("c");
        await first.SendAsync("QUIT");
        await first.ReadToEndAsync();
        await first.DisposeAsync();
        await Task.WhenAll(first.Served, third.Served);
        await server.ConnectFrom("198.51.100.1").RegisterAsync("d");
    }

    [Fact]
    public async Task A64OfIPv6IsOneAddress()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Classes[0].MaxPerAddress = 1);
        await server.ConnectFrom("2001:db8:1:2::1").RegisterAsync("a");
        Assert.EndsWith("[Too many connections from your address]", Assert.Single(await server.ConnectFrom("2001:db8:1:2::2").ReadToEndAsync()), StringComparison.Ordinal);
        await server.ConnectFrom("2001:db8:1:3::1").RegisterAsync("b");
    }

    [Fact]
    public async Task AClassHasSoManyConnections()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Classes =
        [
            new IrcConnectionClass { Name = "near", From = AddressSet.Parse(["203.0.113.0/24"]) },
            new IrcConnectionClass { Name = "far", MaxConnections = 1 },
        ]);
        await server.ConnectFrom("198.51.100.1").RegisterAsync("a");
        Assert.EndsWith("[The server is full]", Assert.Single(await server.ConnectFrom("198.51.100.2").ReadToEndAsync()), StringComparison.Ordinal);
        await server.ConnectFrom("203.0.113.1").RegisterAsync("b");
        await server.ConnectFrom("203.0.113.2").RegisterAsync("c");
    }

    [Fact]
    public async Task AClassMayRequireTls()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Classes[0].RequiresTls = true);
        Assert.EndsWith("[Connections like yours are not taken here]", Assert.Single(await server.ConnectFrom("198.51.100.2").ReadToEndAsync()), StringComparison.Ordinal);
        await server.ConnectFrom("198.51.100.2", isSecure: true).RegisterAsync("a");
    }

    [Theory]
    [InlineData("198.51.100.77", "198.51.100.78", "198.51.101.77")]
    [InlineData("2001:db8:1:2::77", "2001:db8:1:2:3::78", "2001:db8:1:3::77")]
    public async Task ACloakHidesTheAddressAndKeepsItsNeighbourhood(string address, string same, string near)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        string[] hosts = [await HostAsync(server, address, "a"), await HostAsync(server, address, "b"), await HostAsync(server, same, "c"), await HostAsync(server, near, "d")];
        Assert.All(hosts, host => Assert.Matches("^[a-z2-7]{10}\\.[a-z2-7]{10}\\.[a-z2-7]{10}\\.ip$", host));
        Assert.Equal(hosts[0], hosts[1]);

        // Of IPv6 a /64 is one; of IPv4 each address is its own.
        Assert.Equal(address.Contains(':', StringComparison.Ordinal), hosts[0] == hosts[2]);
        Assert.Equal(hosts[0].Split('.')[1..], hosts[2].Split('.')[1..]);
        Assert.NotEqual(hosts[0].Split('.')[0], hosts[3].Split('.')[0]);
        Assert.Equal(hosts[0].Split('.')[2], hosts[3].Split('.')[2]);
    }

    [Fact]
    public async Task TheAddressBehindACloakIsNowhereToBeSeenAndCanBeBanned()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        await alice.AskAsync("JOIN #x");
        IrcTestClient bob = server.ConnectFrom("198.51.100.77");
        await bob.RegisterAsync("b");
        await bob.AskAsync("JOIN #x", "PRIVMSG #x :hi");
        string[] seen = [.. await alice.SyncAsync(), .. await alice.AskAsync("WHOIS b", "WHO b %uihsnfr", "WHO b", "USERHOST b", "NAMES #x", "WHOWAS b")];
        Assert.DoesNotContain(seen, line => line.Contains("198.51", StringComparison.Ordinal));
        Assert.Contains(":irc.test 302 b :b=+~b@198.51.100.77", await bob.AskAsync("USERHOST b"));
        await bob.AskAsync("PART #x");
        await alice.AskAsync("MODE #x +b *!*@198.51.100.*");
        Assert.Contains(" 474 b #x ", Assert.Single(await bob.AskAsync("JOIN #x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutCloaksTheAddressIsTheHostAndNeverBeginsWithAColon()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.CloaksHosts = false);
        Assert.Equal("198.51.100.77", await HostAsync(server, "198.51.100.77", "a"));
        Assert.Equal("0::1", await HostAsync(server, "::1", "b"));
        Assert.Equal("198.51.100.78", await HostAsync(server, "::ffff:198.51.100.78", "c"));
    }

    [Fact]
    public async Task WhoDoesNotReadIsClosedAndDelaysNobody()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Classes[0].SendQueueBytes = 32 * 1024);
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b", "slow");
        string text = new('x', 400);
        string? quit = null;
        int told = 0;
        for (int i = 0; i < 2000 && quit is null; i++)
        {
            await all[0].AskAsync("PRIVMSG #x :" + text).ContinueWith(asked => quit = asked.Result.FirstOrDefault(line => line.Contains(" QUIT ", StringComparison.Ordinal)) ?? quit, TaskScheduler.Default);
            told += (await all[1].SyncAsync()).Count(line => line.EndsWith(text, StringComparison.Ordinal));
            Assert.Equal(i + 1, told);
        }

        Assert.Equal(":slow!~slow@local QUIT :SendQ exceeded", quit);
        Assert.Null(server.Server.Network.FindUser("slow"u8));
        Assert.Equal(1, server.Server.Network.Counts.SendQueuesExceeded);
        Assert.Equal(2, server.Server.Network.FindChannel("#x"u8)!.Members.Count);
    }

    [Fact]
    public async Task WhoAsksForMuchAndReadsNothingIsClosedAtLast()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        await server.RegisterAsync("m");
        for (int i = 0; i < 6000; i++)
        {
            server.Server.Network.AddChannel(Encoding.ASCII.GetBytes(FormattableString.Invariant($"#channel-with-quite-a-long-name-{i}"))).Add(server.Server.Network.FindUser("m"u8)!);
        }

        await alice.SendAsync("LIST");
        await IrcTestServer.UntilAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromMilliseconds(100));
            return server.Server.Network.FindUser("a"u8) is null;
        });
    }

    private static async Task<string> HostAsync(IrcTestServer server, string address, string nick)
    {
        IrcTestClient client = server.ConnectFrom(address);
        string[] greeting = await client.RegisterAsync(nick);
        return greeting[0].Split('@')[1];
    }
}
