using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Server;
using Ropewalk.Storage;
using Ropewalk.Storage.Sqlite;

namespace Guides.Tests.Recipes;

/// <summary>Runs the programs of the recipes about chat against a server of ours.</summary>
public sealed class ChatRecipesTests : IAsyncDisposable
{
    private readonly ConnectionServer _listeners = new();
    private readonly List<IrcClient> _people = [];
    private readonly IrcServerOptions _options = new() { Records = new MemoryRecordStore() };

    [Fact]
    public async Task WhatIsReadIsPosted()
    {
        string server = await ServeAsync("ci", "joe");
        IrcClient joe = await ComeInAsync(server, "joe", "#builds");
        await using var program = RunningProgram.StartWith(new() { ["IRC_PASSWORD"] = "password-of-ci" }, "Recipes", "post-to-channel", server, "ci", "#builds");
        program.Type("build 7 has failed");
        program.Type("");
        program.Type("see https://ci.example.org/7");
        Assert.Equal("build 7 has failed", (await HearAsync(joe)).Text);
        Assert.Equal("see https://ci.example.org/7", (await HearAsync(joe)).Text);
        await program.StopAsync();
    }

    [Fact]
    public async Task AWrongPasswordIsTold()
    {
        string server = await ServeAsync("ci");
        await using var program = RunningProgram.StartWith(new() { ["IRC_PASSWORD"] = "another" }, "Recipes", "post-to-channel", server, "ci", "#builds");
        await program.WaitForAsync("not posted: .*password is wrong");
    }

    [Fact]
    public async Task ACommandIsForAnAccountAndNotForANickname()
    {
        string server = await ServeAsync("alice", "joe");
        await using var program = RunningProgram.Start("Recipes", "bot-command", server, "#ops", "alice");
        await program.WaitForAsync("here as releases");
        IrcClient joe = await ComeInAsync(server, "joe", "#ops");
        await joe.SendMessageAsync("#ops", "!promote 2.0");
        Assert.Equal("joe: That is for others.", (await HearAsync(joe)).Text);
        await joe.SendMessageAsync("#ops", "!release");
        Assert.Equal("joe: We are at 1.0.", (await HearAsync(joe)).Text);

        // another nickname, and still who she is
        IrcClient alice = await ComeInAsync(server, "alice", "#ops");
        await alice.ChangeNickAsync("al");
        await alice.SendMessageAsync("#ops", "!promote 2.0");
        await program.WaitForAsync("alice has promoted 2.0");
        Assert.Equal("al: 2.0 it is.", (await HearAsync(alice)).Text);
        await program.StopAsync();
    }

    [Fact]
    public async Task AnAccountIsMadeBesideTheServer()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("ropewalk-guide-").FullName, "ropewalk.db");
        await using (var records = await SqliteRecordStore.OpenAsync(file))
        {
            _options.Records = records;
            string server = await ServeAsync();
            await using var program = RunningProgram.Start("Recipes", "add-account", file, "bob");
            program.Type("password-of-bob");
            await program.WaitForAsync("making bob: Made");
            await program.StopAsync();
            Assert.Equal("bob", (await ComeInAsync(server, "bob", "#x")).Nick);
            await DisposeAsync();
        }

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IrcClient person in _people)
        {
            await person.DisposeAsync();
        }

        _people.Clear();
        await _listeners.DisposeAsync();
    }

    private async Task<string> ServeAsync(params string[] accounts)
    {
        var store = new RecordAccountStore(_options.Records);
        foreach (string account in accounts)
        {
            ScramCredential? credential = await new AccountAuthenticator(store).CreateCredentialAsync($"password-of-{account}");
            await store.CreateAsync(new Account { Name = AccountName.Parse(account), Created = TimeProvider.System.GetUtcNow(), Credential = credential });
        }

        IrcServer irc = await IrcServer.StartAsync(_options);
        return $"tcp:{(await _listeners.ListenAsync("tcp:127.0.0.1:0", irc.OnConnectedAsync)).EndPoint}";
    }

    private async Task<IrcClient> ComeInAsync(string server, string account, string channel)
    {
        var credentials = new SaslClientCredentials { Name = account, Password = $"password-of-{account}" };
        IrcClient client = await IrcClient.ConnectAsync(server, new IrcClientOptions { Nick = account, Credentials = credentials });
        _people.Add(client);
        await client.JoinAsync(channel);
        return client;
    }

    private static async Task<IrcTextEvent> HearAsync(IrcClient client)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (IrcClientEvent told in client.Events.WithCancellation(late.Token))
        {
            if (told is IrcTextEvent { IsOwn: false, Kind: IrcTextKind.Message } text)
            {
                return text;
            }
        }

        throw new InvalidOperationException("The connection has ended.");
    }
}
