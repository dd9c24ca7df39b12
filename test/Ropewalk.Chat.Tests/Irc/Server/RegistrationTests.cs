using Ropewalk.Chat.Irc.Network;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>How a client comes in: NICK, USER, PASS, CAP in any order, and what keeps it out.</summary>
public sealed class RegistrationTests
{
    [Theory]
    [InlineData("NICK a|USER a 0 * :A")]
    [InlineData("USER a 0 * :A|NICK a")]
    [InlineData("PASS x|NICK a|USER a 0 * :A")]
    [InlineData("CAP LS|NICK a|USER a 0 * :A|CAP END")]
    [InlineData("NICK a|CAP LS 302|USER a 0 * :A|CAP REQ :batch|CAP END")]
    [InlineData("USER a 0 * :A|CAP REQ batch|NICK a|CAP END")]
    [InlineData("NICK b|NICK a|USER a 0 * :A")]
    public async Task NickAndUserInAnyOrderRegister(string lines)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        await client.SendAsync(lines.Split('|'));
        string[] greeting = await client.ReadUntilAsync(line => line.Contains(" 422 ", StringComparison.Ordinal));
        foreach (string numeric in new[] { "001", "002", "003", "004", "005", "251", "255", "265", "266", "422" })
        {
            Assert.Contains(greeting, line => line.StartsWith($":irc.test {numeric} a ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task NothingRegistersBeforeCapEnd()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        string[] lines = await client.AskAsync("CAP REQ :multi-prefix", "NICK a", "USER a 0 * :A");
        Assert.Equal([":irc.test CAP * ACK :multi-prefix"], lines);
        Assert.Contains(await client.AskAsync("CAP END"), line => line.Contains(" 001 a ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CommandsOfTheRegisteredAreRefusedBefore()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        Assert.Equal([":irc.test 451 * JOIN :You have not registered"], await client.AskAsync("JOIN #x"));
        Assert.Equal([":irc.test 451 * BLAH :You have not registered"], await client.AskAsync("BLAH"));
        Assert.Equal([":irc.test 451 n PRIVMSG :You have not registered"], await client.AskAsync("NICK n", "PRIVMSG #x :y"));
    }

    [Fact]
    public async Task CommandsOfRegistrationAreRefusedAfter()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a");
        Assert.Equal([":irc.test 462 a :You are registered already", ":irc.test 462 a :You are registered already"], await client.AskAsync("USER b 0 * :B", "PASS x"));
    }

    [Fact]
    public async Task NicknamesAreUniqueWhateverTheirCase()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        await server.RegisterAsync("Alice");
        IrcTestClient other = await server.ConnectAsync();
        Assert.Equal([":irc.test 433 * aLICE :Nickname is already in use"], await other.AskAsync("NICK aLICE"));
        Assert.Empty(await other.AskAsync("NICK bob", "NICK carol"));
        IrcTestClient third = await server.ConnectAsync();
        Assert.Equal([":irc.test 433 * carol :Nickname is already in use"], await third.AskAsync("NICK carol"));
        Assert.Empty(await third.AskAsync("NICK bob"));
    }

    [Theory]
    [InlineData("1abc")]
    [InlineData("-abc")]
    [InlineData("a.b")]
    [InlineData("a!b")]
    [InlineData("a@b")]
    [InlineData("#a")]
    [InlineData("é")]
    [InlineData("a,b")]
    [InlineData("a*")]
    [InlineData("NickServ")]
    [InlineData("chanserv")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcde")]
    public async Task WhatIsNoNicknameIsRefused(string nick)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        Assert.Equal([$":irc.test 432 * {nick} :Not a nickname"], await client.AskAsync("NICK " + nick));
        await client.RegisterAsync("fine");
        Assert.Equal([$":irc.test 432 fine {nick} :Not a nickname"], await client.AskAsync("NICK " + nick));
    }

    [Fact]
    public async Task ANicknameThatIsMissingIs431()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a");
        Assert.Equal([":irc.test 431 a :No nickname given", ":irc.test 431 a :No nickname given"], await client.AskAsync("NICK", "NICK :"));
    }

    [Fact]
    public async Task ANickChangeIsToldOnceToEachWhoSharesAChannel()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        await all[0].AskAsync("JOIN #y");
        await all[1].AskAsync("JOIN #y");
        await IrcTestServer.SyncAsync(all);
        Assert.Equal([":a!~a@local NICK :A"], await all[0].AskAsync("NICK A"));
        Assert.Equal([":a!~a@local NICK :A"], await all[1].SyncAsync());
        Assert.Empty(await all[0].AskAsync("NICK A"));
    }

    [Fact]
    public async Task TheUserNameKeepsWhatCanStandInASource()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        await client.SendAsync("NICK a", "USER x!y@z*verylongname 0 * :A");
        string welcome = (await client.ReadUntilAsync(line => line.Contains(" 001 ", StringComparison.Ordinal)))[^1];
        Assert.EndsWith("a!~xyzverylo@local", welcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWrongPasswordOfTheClassIsTheEnd()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Classes[0].Password = "sesame");
        IrcTestClient wrong = await server.ConnectAsync();
        await wrong.SendAsync("PASS open", "NICK a", "USER a 0 * :A");
        Assert.Equal([":irc.test 464 a :Password incorrect", "ERROR :Closing link: (~a@local) [Bad password]"], await wrong.ReadToEndAsync());
        IrcTestClient none = await server.ConnectAsync();
        await none.SendAsync("NICK a", "USER a 0 * :A");
        Assert.Equal(":irc.test 464 a :Password incorrect", (await none.ReadToEndAsync())[0]);
        IrcTestClient right = await server.ConnectAsync();
        await right.SendAsync("PASS sesame");
        await right.RegisterAsync("a");
    }

    [Fact]
    public async Task REGISTERIsNoWayAroundThePasswordOfTheClass()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Classes[0].Password = "sesame");
        IrcTestClient client = await server.ConnectAsync();
        Assert.DoesNotContain("before-connect", string.Concat(await client.AskAsync("CAP LS 302")), StringComparison.Ordinal);
        Assert.StartsWith(":irc.test FAIL REGISTER COMPLETE_CONNECTION_REQUIRED a ", Assert.Single(await client.AskAsync("NICK a", "REGISTER a * password")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClassMayRequireAnAccount()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Classes[0].RequiresAccount = true);
        IrcTestClient client = await server.ConnectAsync();
        await client.SendAsync("NICK a", "USER a 0 * :A");
        string[] lines = await client.ReadToEndAsync();
        Assert.StartsWith(":irc.test FAIL * ACCOUNT_REQUIRED ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("ERROR ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoIsBannedIsTold465()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        server.Server.Network.Bans.Set(new IrcServerBan(IrcServerBanKind.Mask, "bad*!*@*", "go away", "op", default, null));
        IrcTestClient client = await server.ConnectAsync();
        await client.SendAsync("NICK badger", "USER a 0 * :A");
        Assert.Equal([":irc.test 465 badger :You are banned from this server: go away", "ERROR :Closing link: (~a@local) [Banned: go away]"], await client.ReadToEndAsync());
    }

    [Fact]
    public async Task QuitTellsWhyToTheOthersAndErrorToItself()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b", "c", "d");
        await all[0].SendAsync("QUIT :so long");
        Assert.Equal(["ERROR :Closing link: (~a@local) [Quit: so long]"], await all[0].ReadToEndAsync());
        Assert.Equal([":a!~a@local QUIT :Quit: so long"], await all[1].SyncAsync());
        await all[2].SendAsync("QUIT");
        await all[2].ReadToEndAsync();
        Assert.Equal([":c!~c@local QUIT :Client quit"], await all[1].SyncAsync());
        await all[3].DisposeAsync();
        string[] lines = await all[1].ReadUntilAsync(line => line.StartsWith(":d!", StringComparison.Ordinal));
        Assert.Matches("^:d!~d@local QUIT :Connection ", lines[^1]);
        Assert.Single(server.Server.Network.Users);
    }

    [Fact]
    public async Task WhatFollowsQuitIsNotApplied()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient[] all = await server.JoinAllAsync("#x", "a", "b");
        await all[0].SendAsync("QUIT", "PRIVMSG #x :ghost", "JOIN #y");
        await all[0].ReadToEndAsync();
        Assert.Equal([":a!~a@local QUIT :Client quit"], await all[1].SyncAsync());
        Assert.Null(server.Server.Network.FindChannel("#y"u8));
    }

    [Fact]
    public async Task AReservedNicknameIsForWhoLogsInBeforeCapEnd()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient owner = await server.RegisterAccountAsync("alice");
        await owner.SendAsync("QUIT");
        await owner.ReadToEndAsync();
        IrcTestClient stranger = await server.ConnectAsync();
        Assert.StartsWith(":irc.test 433 * Alice :Nickname belongs to an account", Assert.Single(await stranger.AskAsync("NICK Alice")), StringComparison.Ordinal);
        IrcTestClient liar = await server.ConnectAsync();
        await liar.AskAsync("CAP LS 302", "NICK alice", "USER x 0 * :X");
        Assert.StartsWith(":irc.test 433 * alice :Nickname belongs to an account", Assert.Single(await liar.AskAsync("CAP END")), StringComparison.Ordinal);
        Assert.Contains(await liar.AskAsync("NICK liar"), line => line.Contains(" 001 liar ", StringComparison.Ordinal));
        IrcTestClient again = await server.ConnectAsync();
        await again.AskAsync("CAP LS 302", "NICK alice", "USER alice 0 * :A", "CAP REQ sasl");
        string[] lines = await again.AskAsync("AUTHENTICATE PLAIN", "AUTHENTICATE " + Convert.ToBase64String("\0alice\0password-alice"u8), "CAP END");
        Assert.Contains(lines, line => line.Contains(" 903 alice ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" 001 alice ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhoOnlyWantsAReservedNicknameDoesNotKeepItFromItsOwner()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient owner = await server.RegisterAccountAsync("alice");
        await owner.SendAsync("QUIT");
        await owner.ReadToEndAsync();
        IrcTestClient[] squatters = [await server.ConnectAsync(), await server.ConnectAsync()];
        foreach (IrcTestClient squatter in squatters)
        {
            Assert.Single(await squatter.AskAsync("CAP LS 302", "NICK alice", "USER x 0 * :X"), line => line.Contains(" LS :", StringComparison.Ordinal));
        }

        IrcTestClient again = await server.ConnectAsync();
        string[] lines = await again.AskAsync(
            "CAP LS 302", "NICK alice", "USER alice 0 * :A", "CAP REQ sasl", "AUTHENTICATE PLAIN", "AUTHENTICATE " + Convert.ToBase64String("\0alice\0password-alice"u8), "CAP END");
        Assert.DoesNotContain(lines, line => line.Contains(" 433 ", StringComparison.Ordinal));
        Assert.Contains(":irc.test 900 alice alice!~alice@local alice :You are now logged in as alice", lines);
        Assert.Contains(lines, line => line.Contains(" 001 alice ", StringComparison.Ordinal));
        Assert.StartsWith(":irc.test 433 * alice :Nickname belongs to an account", Assert.Single(await squatters[0].AskAsync("CAP END")), StringComparison.Ordinal);

        // The other one asks again while the owner is there.
        Assert.StartsWith(":irc.test 433 * alice :Nickname is already in use", Assert.Single(await squatters[1].AskAsync("NICK alice")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfTwoWhoLogInToOneAccountTheFirstGetsItsNickname()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient owner = await server.RegisterAccountAsync("alice");
        await owner.SendAsync("QUIT");
        await owner.ReadToEndAsync();
        string[] logIn = ["AUTHENTICATE PLAIN", "AUTHENTICATE " + Convert.ToBase64String("\0alice\0password-alice"u8), "CAP END"];
        IrcTestClient first = await server.ConnectAsync();
        IrcTestClient second = await server.ConnectAsync();
        await second.AskAsync("CAP LS 302", "NICK alice", "USER alice 0 * :A", "CAP REQ sasl");
        await first.AskAsync("CAP LS 302", "NICK alice", "USER alice 0 * :A", "CAP REQ sasl");
        Assert.Contains(await first.AskAsync(logIn), line => line.Contains(" 001 alice ", StringComparison.Ordinal));
        Assert.Contains(":irc.test 433 * alice :Nickname is already in use", await second.AskAsync(logIn));
        Assert.Contains(await second.AskAsync("NICK alice2"), line => line.Contains(" 001 alice2 ", StringComparison.Ordinal));
    }
}
