using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Tests.Commands;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Security.Tls;
using Ropewalk.Storage.Sqlite;

namespace Ropewalk.Cli.Tests.Strands;

/// <summary>The file of docs/recipes/private-chat.md: only who has an account comes in, and accounts are made beside the server.</summary>
public sealed class TeamChatTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Only_the_team_comes_in()
    {
        var certificate = new DevelopmentCertificate(_run.Folder);
        certificate.GetOrCreate();
        _run.Write("chat.pem", File.ReadAllText(certificate.Path!));
        _run.Write("ropewalk.yaml", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "TeamChat", "ropewalk.yaml")));
        _run.Environment["ROPEWALK__IRC__LISTEN"] = $"tls:127.0.0.1:0:cert={certificate.Path}";
        _run.Environment["ROPEWALK__IRC__WEB"] = $"tls:localhost:0:cert={certificate.Path}";
        await _run.StartAsync("up", "ropewalk.yaml", "--no-status");
        string at = $"tls:127.0.0.1:{_run.PortOf("irc")}:name=localhost:trust={certificate.Path}";
        await Assert.ThrowsAsync<IrcRequestException>(() => IrcClient.ConnectAsync(at, new IrcClientOptions { Nick = "mallory" }));

        await AddAccountAsync("alice");
        var credentials = new SaslClientCredentials { Name = "alice", Password = "password-of-alice" };
        await using IrcClient alice = await IrcClient.ConnectAsync(at, new IrcClientOptions { Nick = "alice", Credentials = credentials, Pacing = { Penalty = TimeSpan.Zero } });
        await alice.RequestAsync(new("OPER", "alice"));
        await alice.JoinAsync("#builds");
        await alice.SendMessageAsync("ChanServ", "REGISTER #builds");
        Assert.True((await alice.AskModesAsync("#builds"))!.Modes.ContainsKey('r'));
        IrcRequestException refused = await Assert.ThrowsAsync<IrcRequestException>(() => alice.RegisterAsync("bob", "*", "password-of-bob"));
        Assert.Contains("has no draft/account-registration", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    private async Task AddAccountAsync(string name)
    {
        await using SqliteRecordStore records = await SqliteRecordStore.OpenAsync(Path.Combine(_run.Folder, "data", "ropewalk.db"));
        var accounts = new RecordAccountStore(records);
        ScramCredential? credential = await new AccountAuthenticator(accounts).CreateCredentialAsync($"password-of-{name}");
        await accounts.CreateAsync(new Account { Name = AccountName.Parse(name), Created = TimeProvider.System.GetUtcNow(), Credential = credential });
    }
}
