using System.Security.Cryptography;
using Ropewalk.Security.Accounts;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Who makes an account of a name that was somebody else's inherits nothing of it.</summary>
public sealed class NamesakeTests
{
    private static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();

    private readonly MemoryRecordStore _records = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task ARankGoesWithItsAccount(bool isDroppedByOthers, bool isRestarted)
    {
        IrcTestServer server = await IrcTestServer.StartAsync(records: _records);
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        await alice.AskAsync("JOIN #x", "CS REGISTER #x", "CS ACCESS #x bob +o", "NICK alice2");
        Assert.Contains(await bob.AskAsync("JOIN #x"), line => line.EndsWith(" @bob", StringComparison.Ordinal));
        await DropAsync("bob", bob, isDroppedByOthers);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        server = isRestarted ? await AgainAsync(server) : server;
        IrcTestClient second = await server.RegisterAsync("guest");
        await MakeAsync("bob", server.Time.GetUtcNow());
        Assert.Contains(await second.AskAsync("NS IDENTIFY bob another-secret"), line => line.Contains(" 900 ", StringComparison.Ordinal));
        Assert.DoesNotContain(await second.AskAsync("JOIN #x"), line => line.Contains("@guest", StringComparison.Ordinal));
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AChannelGoesToNobodyWithItsFounder(bool isRestarted)
    {
        IrcTestServer server = await IrcTestServer.StartAsync(records: _records);
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        await alice.AskAsync("JOIN #x", "CS REGISTER #x");
        await DropAsync("alice", alice, isDroppedByOthers: true);
        await alice.DisposeAsync();
        server.Time.Advance(TimeSpan.FromSeconds(1));
        server = isRestarted ? await AgainAsync(server) : server;
        IrcTestClient namesake = await server.RegisterAsync("guest");
        await MakeAsync("alice", server.Time.GetUtcNow());
        Assert.Contains(await namesake.AskAsync("NS IDENTIFY alice another-secret"), line => line.Contains(" 900 ", StringComparison.Ordinal));
        string[] joined = await namesake.AskAsync("JOIN #x", "CS DROP #x");
        Assert.DoesNotContain(joined, line => line.Contains("~guest", StringComparison.Ordinal) && line.Contains(" 353 ", StringComparison.Ordinal));
        Assert.NotNull(server.Server.Network.FindChannel("#x"u8)!.Registration);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task NobodyGetsARankBeforeThereIsAnAccount()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(records: _records);
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        string[] answer = await alice.AskAsync("JOIN #x", "CS REGISTER #x", "CS ACCESS #x bob +o");
        Assert.EndsWith("There is no such account.", answer[^1], StringComparison.Ordinal);
        Assert.Empty(server.Server.Network.FindChannel("#x"u8)!.Registration!.Access);
    }

    // By the server's own command, or by an administrator's that it does not see.
    private async Task DropAsync(string name, IrcTestClient client, bool isDroppedByOthers)
    {
        if (isDroppedByOthers)
        {
            Assert.Equal(AccountChange.Made, await new RecordAccountStore(_records, Random).DeleteAsync(AccountName.Parse(name)));
        }
        else
        {
            Assert.Contains(await client.AskAsync($"NS DROP {name}"), line => line.Contains("Your account is deleted", StringComparison.Ordinal));
        }
    }

    private async Task MakeAsync(string name, DateTimeOffset now)
    {
        var account = new Account { Name = AccountName.Parse(name), Created = now, Credential = ScramCredential.Create("another-secret", Random, 4096) };
        Assert.Equal(AccountChange.Made, await new RecordAccountStore(_records, Random).CreateAsync(account));
    }

    private async Task<IrcTestServer> AgainAsync(IrcTestServer server)
    {
        TimeSpan passed = server.Time.Elapsed;
        await server.DisposeAsync();
        IrcTestServer again = await IrcTestServer.StartAsync(records: _records);
        again.Time.Advance(passed);
        return again;
    }
}
