using System.Globalization;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>What clients are told of others because they have asked for it: IRCv3's notifications, and MONITOR.</summary>
public sealed class NotificationTests
{
    [Fact]
    public async Task AccountsAreToldWhenTheyChange()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a", "account-notify extended-join");
        IrcTestClient carol = await server.RegisterAsync("c");
        IrcTestClient bob = await server.RegisterAsync("bob");
        foreach (IrcTestClient one in new[] { alice, carol, bob })
        {
            await one.AskAsync("JOIN #x");
        }

        Assert.Equal([":c!~c@local JOIN #x * :c of Test", ":bob!~bob@local JOIN #x * :bob of Test"], await alice.SyncAsync());
        await carol.SyncAsync();
        await bob.AskAsync("REGISTER * * password");
        Assert.Equal([":bob!~bob@local ACCOUNT bob"], await alice.SyncAsync());
        Assert.Empty(await carol.SyncAsync());
        await bob.AskAsync("NS LOGOUT");
        Assert.Equal([":bob!~bob@local ACCOUNT *"], await alice.SyncAsync());
        await bob.AskAsync("NS IDENTIFY password", "PART #x", "JOIN #x");
        Assert.Equal([":bob!~bob@local ACCOUNT bob", ":bob!~bob@local PART #x", ":bob!~bob@local JOIN #x bob :bob of Test"], await alice.SyncAsync());
    }

    [Fact]
    public async Task AwayIsToldWhenItChangesAndWhenSomebodyJoins()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a", "away-notify");
        IrcTestClient bob = await server.RegisterAsync("b");
        await alice.AskAsync("JOIN #x");
        await bob.AskAsync("AWAY :gone", "JOIN #x", "AWAY", "AWAY :again");
        Assert.Equal([":b!~b@local JOIN #x", ":b!~b@local AWAY :gone", ":b!~b@local AWAY", ":b!~b@local AWAY :again"], await alice.SyncAsync());
        Assert.Contains(":irc.test 352 a #x ~b local irc.test b G :0 b of Test", await alice.AskAsync("WHO #x"));
    }

    [Fact]
    public async Task ARealNameIsToldWhenItChanges()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a", "setname");
        IrcTestClient bob = await server.RegisterAsync("b", "setname");
        await alice.AskAsync("JOIN #x");
        await bob.AskAsync("JOIN #x");
        await alice.SyncAsync();
        Assert.Equal([":b!~b@local SETNAME :New Bob"], await bob.AskAsync("SETNAME :New Bob"));
        Assert.Equal([":b!~b@local SETNAME :New Bob"], await alice.SyncAsync());
        Assert.Equal([":irc.test FAIL SETNAME INVALID_REALNAME :Not a real name that is taken here"], await bob.AskAsync("SETNAME :" + new string('x', 151)));
        Assert.Contains(":irc.test 311 a b ~b local * :New Bob", await alice.AskAsync("WHOIS b"));
    }

    [Fact]
    public async Task InvitationsAreToldToThoseWhoInvite()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        IrcTestClient bob = await server.RegisterAsync("b", "invite-notify");
        IrcTestClient carol = await server.RegisterAsync("c", "invite-notify");
        IrcTestClient dave = await server.RegisterAsync("d", "invite-notify");
        foreach (IrcTestClient one in new[] { alice, bob, carol })
        {
            await one.AskAsync("JOIN #x");
        }

        await alice.AskAsync("MODE #x +o b");
        await IrcTestServer.SyncAsync(alice, bob, carol);
        Assert.Equal([":irc.test 341 a d #x"], await alice.AskAsync("INVITE d #x"));
        Assert.Equal([":a!~a@local INVITE d #x"], await bob.SyncAsync());
        Assert.Empty(await carol.SyncAsync());
        Assert.Equal([":a!~a@local INVITE d #x"], await dave.SyncAsync());
    }

    [Theory]
    [InlineData(null, "@a b")]
    [InlineData("multi-prefix", "@+a b")]
    [InlineData("userhost-in-names", "@a!~a@local b!~b@local")]
    [InlineData("userhost-in-names multi-prefix", "@+a!~a@local b!~b@local")]
    public async Task NamesAreSpelledAsAskedFor(string? capabilities, string names)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        await alice.AskAsync("JOIN #x", "MODE #x +v a");
        IrcTestClient bob = await server.RegisterAsync("b", capabilities);
        Assert.Equal(":irc.test 353 b = #x :" + names, (await bob.AskAsync("JOIN #x"))[1]);
    }

    [Fact]
    public async Task NamesComeUnaskedOnlyToThoseWhoWantThem()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", "no-implicit-names");
        Assert.Equal([":a!~a@local JOIN #x"], await client.AskAsync("JOIN #x"));
        Assert.Equal(2, (await client.AskAsync("NAMES #x")).Length);
    }

    [Fact]
    public async Task AMonitoredNicknameIsToldWhenItComesAndGoes()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        Assert.Equal([":irc.test 730 a :a!~a@local", ":irc.test 731 a :bob,carol"], await alice.AskAsync("MONITOR + bob,a,carol,not.a.nick"));
        IrcTestClient bob = await server.RegisterAsync("BOB");
        Assert.Equal([":irc.test 730 a :BOB!~BOB@local"], await alice.SyncAsync());
        await bob.AskAsync("NICK Bob", "NICK carol");
        Assert.Equal([":irc.test 731 a :Bob", ":irc.test 730 a :carol!~BOB@local"], await alice.SyncAsync());
        Assert.Equal([":irc.test 730 a :a!~a@local,carol!~BOB@local", ":irc.test 731 a :bob"], (await alice.AskAsync("MONITOR S")).Select(Sorted));
        Assert.Equal([":irc.test 732 a :a,bob,carol", ":irc.test 733 a :End of MONITOR list"], (await alice.AskAsync("MONITOR L")).Select(Sorted));
        Assert.Empty(await alice.AskAsync("MONITOR - Carol"));
        await bob.SendAsync("QUIT");
        await bob.ReadToEndAsync();
        Assert.Empty(await alice.AskAsync("MONITOR C"));
        Assert.Equal([":irc.test 733 a :End of MONITOR list"], await alice.AskAsync("MONITOR l"));
    }

    [Fact]
    public async Task TheMonitorListHasALimitAndNamesWhatItDoesNotTake()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Limits.Monitored = 2);
        IrcTestClient alice = await server.RegisterAsync("a");
        Assert.Equal([":irc.test 731 a :x,y", ":irc.test 734 a 2 z,w :Monitor list is full"], await alice.AskAsync("MONITOR + x,y,z,w"));
        Assert.Equal([":irc.test 731 a :x"], await alice.AskAsync("MONITOR + X,x").ContinueWith(asked => asked.Result.Select(line => line.Replace("X,x", "x", StringComparison.Ordinal)), TaskScheduler.Default));
    }

    [Fact]
    public async Task ManyMonitoredAreToldInSeveralLines()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        for (int i = 0; i < 100; i += 10)
        {
            await alice.AskAsync("MONITOR + " + string.Join(',', Enumerable.Range(i, 10).Select(j => string.Create(CultureInfo.InvariantCulture, $"somebody-with-a-long-name-{j:00}"))));
        }

        string[] lines = await alice.AskAsync("MONITOR L");
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 510));
        Assert.Equal(100, lines[..^1].Sum(line => line.Split(',').Length));
    }

    [Fact]
    public async Task ExtendedMonitorTellsWhatNeighboursAreTold()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a", "extended-monitor away-notify account-notify setname");
        IrcTestClient carol = await server.RegisterAsync("c", "away-notify account-notify setname");
        IrcTestClient bob = await server.RegisterAsync("bob");
        await alice.AskAsync("MONITOR + bob");
        await carol.AskAsync("MONITOR + bob");
        await bob.AskAsync("AWAY :x", "SETNAME :Y", "REGISTER * * password");
        Assert.Equal([":bob!~bob@local AWAY :x", ":bob!~bob@local SETNAME :Y", ":bob!~bob@local ACCOUNT bob"], await alice.SyncAsync());
        Assert.Empty(await carol.SyncAsync());
        await alice.AskAsync("JOIN #x");
        await bob.AskAsync("JOIN #x", "AWAY");
        Assert.Single(await alice.SyncAsync(), line => line.EndsWith(" AWAY", StringComparison.Ordinal));
    }

    private static string Sorted(string line)
    {
        int list = line.IndexOf(" :", StringComparison.Ordinal) + 2;
        return line[..list] + string.Join(',', line[list..].Split(',').Order(StringComparer.OrdinalIgnoreCase));
    }
}
