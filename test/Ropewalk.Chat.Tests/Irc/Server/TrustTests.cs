using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Network.Commands;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>What accounts give goes when they go, and nobody takes what is not theirs.</summary>
public sealed class TrustTests
{
    [Fact]
    public async Task AnOperatorsAccountIsNotForWhoeverComesFirst()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        server.Server.Apply(WithOperator(server, "boss"));
        IrcTestClient mallory = await server.RegisterAsync("boss");
        Assert.Contains(await mallory.AskAsync("REGISTER * * password"), line => line.Contains("FAIL REGISTER BAD_ACCOUNT_NAME", StringComparison.Ordinal));
        Assert.Contains(await mallory.AskAsync("NS REGISTER password"), line => line.Contains("operator's", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnAccountThatIsDeletedLogsOutAllWhoAreLoggedInToIt()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient one = await server.RegisterAccountAsync("alice");
        IrcTestClient other = await server.RegisterAsync("laptop");
        await other.AskAsync("NS IDENTIFY alice password-alice", "JOIN #x");
        await one.AskAsync("NS DROP alice");
        Assert.Contains(await other.SyncAsync(), line => line.Contains(" 901 laptop ", StringComparison.Ordinal));
        Assert.DoesNotContain(await one.AskAsync("WHOIS laptop"), line => line.Contains(" 330 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhoIsSuspendedIsNoOperatorAnyMore()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Operators =
            [new IrcOperatorBlock { Name = "root", Account = "root" }, new IrcOperatorBlock { Name = "boss", Account = "boss" }]);
        IrcTestClient root = await server.RegisterAccountAsync("root");
        IrcTestClient boss = await server.RegisterAccountAsync("boss");
        await root.AskAsync("OPER root");
        await boss.AskAsync("OPER boss");
        await boss.AskAsync("NS SUSPEND root");
        Assert.Contains(await root.AskAsync("KILL boss"), line => line.Contains(" 481 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASecretChannelIsNotThereForStrangers()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        await alice.AskAsync("JOIN #x", "CS REGISTER #x", "MODE #x +s");
        IrcTestClient stranger = await server.RegisterAsync("stranger");
        Assert.Contains(await stranger.AskAsync("MODE #x"), line => line.Contains(" 403 ", StringComparison.Ordinal));
        Assert.Contains(await stranger.AskAsync("CS INFO #x"), line => line.Contains("no such channel", StringComparison.Ordinal));
        Assert.Contains(await stranger.AskAsync("CS ACCESS #x"), line => line.Contains("no such channel", StringComparison.Ordinal));
        Assert.Contains(await alice.AskAsync("CS INFO #x"), line => line.Contains("founder alice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnAccountsNameCannotForgeTags()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAccountAsync(@"al\ce", "account-tag message-tags echo-message");
        string said = Assert.Single(await alice.AskAsync(@"PRIVMSG al\ce :hi"), line => line.Contains("account=", StringComparison.Ordinal));
        Assert.Equal(@"al\ce", Ropewalk.Chat.Irc.Wire.IrcMessage.Parse(said).Tag("account"));
    }

    [Fact]
    public void NothingButAGoodbyeIsFree() =>
        Assert.Equal(["QUIT"], IrcCommands.All.Where(command => command.Penalty == TimeSpan.Zero).Select(command => command.Name));

    private static IrcNetworkOptions WithOperator(IrcTestServer server, string account) => new()
    {
        ServerName = server.Server.Options.ServerName,
        NetworkName = server.Server.Options.NetworkName,
        Classes = server.Server.Options.Classes,
        Operators = [new IrcOperatorBlock { Name = account, Account = account }],
    };
}
