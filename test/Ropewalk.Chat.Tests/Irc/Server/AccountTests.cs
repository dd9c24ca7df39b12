using System.Security.Cryptography;
using System.Text;
using Ropewalk.Security.Accounts;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>REGISTER, VERIFY and NickServ: accounts, and the nicknames that are theirs.</summary>
public sealed class AccountTests
{
    [Theory]
    [InlineData(":colon")]
    [InlineData("*")]
    [InlineData("0")]
    public async Task AnAccountWhoseNameIsNoWordOfALineLogsNobodyIn(string name)
    {
        var records = new MemoryRecordStore();
        var account = new Account { Name = AccountName.Parse(name), Created = DateTimeOffset.UnixEpoch, Credential = ScramCredential.Create("a-secret", RandomNumberGenerator.Create(), 4096) };
        await new RecordAccountStore(records, RandomNumberGenerator.Create()).CreateAsync(account);
        await using IrcTestServer server = await IrcTestServer.StartAsync(records: records);
        IrcTestClient bob = await server.RegisterAsync("bob", "sasl");
        Assert.EndsWith("The account's name cannot be one on IRC.", Assert.Single(await bob.AskAsync($"PRIVMSG NickServ :IDENTIFY {name} a-secret")), StringComparison.Ordinal);
        string response = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{name}\0a-secret"));
        Assert.Contains(" 904 bob ", (await bob.AskAsync("AUTHENTICATE PLAIN", $"AUTHENTICATE {response}"))[^1], StringComparison.Ordinal);
        // as a parameter an asterisk is one's own nickname
        Assert.True(name == "*" || !(await bob.AskAsync($"REGISTER {name} * another-secret"))[0].Contains("SUCCESS", StringComparison.Ordinal));
        Assert.DoesNotContain(await bob.AskAsync("WHOIS bob"), line => line.Contains(" 330 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RegisterMakesAnAccountAndLogsIn()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("alice");
        Assert.Equal(
            [
                ":irc.test REGISTER SUCCESS alice :The account was made, and you are logged in",
                ":irc.test 900 alice alice!~alice@local alice :You are now logged in as alice",
                ":alice!~alice@local MODE alice :+r",
            ],
            await alice.AskAsync("REGISTER * alice@example.org password"));
        Assert.StartsWith(":irc.test FAIL REGISTER ALREADY_AUTHENTICATED alice ", Assert.Single(await alice.AskAsync("REGISTER * * password")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("REGISTER alice * password", "ACCOUNT_EXISTS alice")]
    [InlineData("REGISTER ALICE * password", "ACCOUNT_EXISTS ALICE")]
    [InlineData("REGISTER holder * password", "ACCOUNT_EXISTS holder")]
    [InlineData("REGISTER 1x * password", "BAD_ACCOUNT_NAME 1x")]
    [InlineData("REGISTER NickServ * password", "BAD_ACCOUNT_NAME NickServ")]
    [InlineData("REGISTER * nonsense password", "INVALID_EMAIL bob")]
    [InlineData("REGISTER * * pass\u0001word", "UNACCEPTABLE_PASSWORD bob")]
    [InlineData("REGISTER * * :", "UNACCEPTABLE_PASSWORD bob")]
    public async Task WhatCannotBeAnAccountIsRefused(string line, string code)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        await alice.AskAsync("NICK holder");
        IrcTestClient bob = await server.RegisterAsync("bob");
        Assert.StartsWith($":irc.test FAIL REGISTER {code} :", Assert.Single(await bob.AskAsync(line)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BeforeRegistrationAnAccountNeedsANickname()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        Assert.StartsWith(":irc.test FAIL REGISTER NEED_NICK * :", Assert.Single(await client.AskAsync("REGISTER * * password")), StringComparison.Ordinal);
        Assert.StartsWith(":irc.test REGISTER SUCCESS alice :", (await client.AskAsync("NICK alice", "REGISTER * * password"))[0], StringComparison.Ordinal);
        Assert.Contains(await client.RegisterAsync("alice"), line => line == ":alice!~alice@local MODE alice :+r" || line.Contains(" 001 alice ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ThereMayBeNoRegistration()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.AllowsAccountRegistration = false);
        IrcTestClient alice = await server.RegisterAsync("alice");
        Assert.DoesNotContain("account-registration", string.Concat(await alice.AskAsync("CAP LS 302")), StringComparison.Ordinal);
        Assert.StartsWith(":irc.test FAIL REGISTER TEMPORARILY_UNAVAILABLE alice ", Assert.Single(await alice.AskAsync("REGISTER * * password")), StringComparison.Ordinal);
        Assert.StartsWith(":irc.test FAIL VERIFY INVALID_CODE alice ", Assert.Single(await alice.AskAsync("VERIFY alice 123")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailingStoreMakesNoAccount()
    {
        var records = new MemoryRecordStore();
        await using IrcTestServer server = await IrcTestServer.StartAsync(records: records);
        IrcTestClient alice = await server.RegisterAsync("alice");
        records.ChangeFailure = RecordStoreFailure.Full;
        Assert.StartsWith(":irc.test FAIL REGISTER TEMPORARILY_UNAVAILABLE alice ", Assert.Single(await alice.AskAsync("REGISTER * * password")), StringComparison.Ordinal);
        Assert.Contains("try again later", Assert.Single(await alice.AskAsync("NS REGISTER password")), StringComparison.Ordinal);
        records.ChangeFailure = null;
        records.ReadFailure = RecordStoreFailure.Busy;
        Assert.Contains("cannot be reached", Assert.Single(await alice.AskAsync("NS IDENTIFY alice password")), StringComparison.Ordinal);
        Assert.DoesNotContain("There is no account", Assert.Single(await alice.AskAsync("NS INFO alice")), StringComparison.Ordinal);
        records.ReadFailure = null;
        Assert.StartsWith(":irc.test REGISTER SUCCESS alice ", (await alice.AskAsync("REGISTER * * password"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task NickServRegistersIdentifiesAndLogsOut()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("alice");
        Assert.Equal(":NickServ!NickServ@irc.test NOTICE alice :The account alice is yours, and you are logged in.", (await alice.AskAsync("PRIVMSG NickServ :REGISTER password a@example.org"))[0]);
        Assert.Contains(":irc.test 901 alice alice!~alice@local :You are now logged out", await alice.AskAsync("NS LOGOUT"));
        Assert.Contains("Name or password is wrong", Assert.Single(await alice.AskAsync("NICKSERV IDENTIFY wrong-password")), StringComparison.Ordinal);
        Assert.Contains(":irc.test 900 alice alice!~alice@local alice :You are now logged in as alice", await alice.AskAsync("NS :identify alice password"));
        Assert.Contains("LOGOUT first", Assert.Single(await alice.AskAsync("NS IDENTIFY password")), StringComparison.Ordinal);
        Assert.Contains("Your password was changed", Assert.Single(await alice.AskAsync("NS SET PASSWORD other-password")), StringComparison.Ordinal);
        await alice.AskAsync("NS LOGOUT");
        Assert.Contains("wrong", Assert.Single(await alice.AskAsync("NS IDENTIFY password")), StringComparison.Ordinal);
        Assert.Contains(await alice.AskAsync("NS IDENTIFY other-password"), line => line.Contains(" 900 ", StringComparison.Ordinal));
        Assert.Matches("alice: registered \\d{4}-\\d\\d-\\d\\d$", Assert.Single(await alice.AskAsync("NS INFO")));
        Assert.Equal(9, (await alice.AskAsync("NS HELP")).Length);
        Assert.Contains("not understood", Assert.Single(await alice.AskAsync("NS SUSPEND alice")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAccountThatIsDroppedFreesItsNickname()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        Assert.Contains("not understood, or not for you", Assert.Single(await alice.AskAsync("NS DROP bob")), StringComparison.Ordinal);
        Assert.Contains("Your account is deleted", (await alice.AskAsync("NS DROP alice"))[0], StringComparison.Ordinal);
        await alice.AskAsync("NICK other");
        IrcTestClient bob = await server.RegisterAsync("bob");
        Assert.Equal([":bob!~bob@local NICK alice"], (await bob.AskAsync("NICK alice")).Select(line => line.Replace("NICK :", "NICK ", StringComparison.Ordinal)));
        Assert.Contains("wrong", Assert.Single(await bob.AskAsync("NS IDENTIFY alice password-alice")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheOwnerRegainsANicknameAndGhostsWhoHasIt()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient old = await server.RegisterAccountAsync("alice");
        IrcTestClient fresh = await server.RegisterAsync("alice2");
        Assert.Contains("not your account's", Assert.Single(await fresh.AskAsync("NS GHOST alice")), StringComparison.Ordinal);
        await fresh.AskAsync("NS IDENTIFY alice password-alice");
        Assert.Contains(":alice2!~alice2@local NICK :alice", await fresh.AskAsync("NS REGAIN alice"));
        Assert.Equal(["ERROR :Closing link: (~alice@local) [The owner of the nickname came back]"], await old.ReadToEndAsync());
        await fresh.AskAsync("NICK other");
        IrcTestClient stranger = await server.RegisterAsync("bob");
        Assert.StartsWith(":irc.test 433 bob alice ", Assert.Single(await stranger.AskAsync("NICK alice")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AccountsAndReservedNicknamesOutlastTheServer()
    {
        var records = new MemoryRecordStore();
        await using (IrcTestServer first = await IrcTestServer.StartAsync(records: records))
        {
            await first.RegisterAccountAsync("alice");
        }

        await using IrcTestServer second = await IrcTestServer.StartAsync(records: records);
        IrcTestClient client = await second.RegisterAsync("bob");
        Assert.StartsWith(":irc.test 433 bob alice ", Assert.Single(await client.AskAsync("NICK alice")), StringComparison.Ordinal);
        Assert.Contains(await client.AskAsync("NS IDENTIFY alice password-alice"), line => line.Contains(" 900 ", StringComparison.Ordinal));
        Assert.Equal([":bob!~bob@local NICK :alice"], await client.AskAsync("NICK alice"));
    }
}
