using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;

namespace Ropewalk.Interop.Tests;

/// <summary>The IRC client against Debian's <c>ngircd</c>, which knows hardly a capability, and <c>inspircd</c>, which knows labels, echoes and message ids.</summary>
public sealed class IrcInteropTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Servers => ["ngircd", "inspircd"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task TwoClientsConverse(string name)
    {
        await using IrcServerProgram server = await IrcServerProgram.StartAsync(name);
        await using IrcClient alice = await IrcClient.ConnectAsync(server.Endpoint, Options("alice"));
        await using IrcClient bob = await IrcClient.ConnectAsync(server.Endpoint, Options("bob"));
        Assert.Equal("alice", alice.Nick);
        IrcClientChannel channel = await alice.JoinAsync("#Room");
        Assert.True(channel.Members["alice"].Has('@'));
        await alice.SetTopicAsync("#room", "a topic with spaces");
        channel = await bob.JoinAsync("#room");
        Assert.Equal(["alice", "bob"], channel.Members.Keys.Order());
        Assert.Equal("a topic with spaces", channel.Topic);

        string text = string.Concat(Enumerable.Repeat("wörter mit Ümläuten ", 60)).Trim();
        IReadOnlyList<IrcSentMessage> sent = await alice.SendMessageAsync("#room", text);
        Assert.True(sent.Count > 1);
        Assert.Equal(text, string.Join(' ', sent.Select(piece => piece.Text)));
        var heard = new List<string>();
        await ReadUntilAsync(bob, told =>
        {
            heard.AddRange(told is IrcTextEvent { IsInChannel: true } said ? [said.Text] : []);
            return heard.Count == sent.Count;
        });
        Assert.Equal(sent.Select(piece => piece.Text), heard);
        if (name == "inspircd")
        {
            Assert.All(sent, piece => Assert.True(piece.IsAcknowledged && piece.MessageId is not null));
        }

        await bob.SendActionAsync("alice", "waves");
        var waved = (IrcTextEvent)await ReadUntilAsync(alice, told => told is IrcTextEvent { Kind: IrcTextKind.Action });
        Assert.Equal(("waves", "bob"), (waved.Text, waved.ReplyTarget));
        await bob.StopAsync("goodbye");
        var quit = (IrcQuitEvent)await ReadUntilAsync(alice, told => told is IrcQuitEvent);
        Assert.Equal(["#Room"], quit.Channels);
        Assert.Single(alice.State.FindChannel("#room")!.Members);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ModesNicknamesAndWhois(string name)
    {
        await using IrcServerProgram server = await IrcServerProgram.StartAsync(name);
        await using IrcClient alice = await IrcClient.ConnectAsync(server.Endpoint, Options("alice"));
        await using IrcClient second = await IrcClient.ConnectAsync(server.Endpoint, Options("alice"));
        Assert.Equal("alice_", second.Nick);
        await alice.JoinAsync("#room");
        await second.JoinAsync("#room");
        await ReadUntilAsync(alice, told => told is IrcJoinEvent { IsOwn: false });

        await alice.SetModesAsync("#room", "+vk", "alice_", "secret");
        await alice.SetModesAsync("#room", "+l", "10");
        Assert.True(alice.State.FindChannel("#room")!.Members["alice_"].Has('+'));
        Assert.Equal(("secret", "10"), (alice.State.FindChannel("#room")!.Key, alice.State.FindChannel("#room")!.Modes['l']));
        await alice.SetModesAsync("#room", "+b", "*!*@bad.example");
        Assert.Equal("*!*@bad.example", Assert.Single(await alice.ListMasksAsync("#room")).Mask);
        IrcRequestException refused = await Assert.ThrowsAsync<IrcRequestException>(() => second.SetModesAsync("#room", "+n-t"));
        Assert.Equal(482, refused.Numeric);

        Assert.Equal(433, (await Assert.ThrowsAsync<IrcRequestException>(() => second.ChangeNickAsync("alice"))).Numeric);
        Assert.Equal("carol", await second.ChangeNickAsync("carol"));
        await ReadUntilAsync(alice, told => told is IrcNickEvent { Nick: "carol" });
        IrcWhois whois = await alice.WhoisAsync("carol");
        Assert.Equal(("carol", "My name"), (whois.Nick, whois.RealName));
        Assert.Equal(401, (await Assert.ThrowsAsync<IrcRequestException>(() => alice.WhoisAsync("nobody"))).Numeric);
        Assert.Contains(await ToListAsync(alice.WhoAsync("#room")), entry => entry.Nick == "carol");
        Assert.Contains(await ToListAsync(alice.ListAsync()), entry => entry.Name == "#room" && entry.Members == 2);
        await alice.SetModesAsync("#room", "+i-k", "secret");
        await second.PartAsync("#room");
        Assert.Equal(473, (await Assert.ThrowsAsync<IrcRequestException>(() => second.JoinAsync("#room"))).Numeric);
        await alice.SetAwayAsync("lunch");
        Assert.Equal("lunch", (await second.WhoisAsync("alice")).AwayMessage);
        Assert.Equal(["alice"], await second.IsOnAsync(["alice", "nobody"]));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ManyMembersAreAllKnown(string name)
    {
        await using IrcServerProgram server = await IrcServerProgram.StartAsync(name);
        // inspircd takes a second to let somebody in
        IrcClient[] clients = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => IrcClient.ConnectAsync(server.Endpoint, Options($"a-member-number{i}"))));
        await Task.WhenAll(clients.Select(client => client.JoinAsync("#room")));
        await using IrcClient last = await IrcClient.ConnectAsync(server.Endpoint, Options("last"));
        Assert.Equal(61, (await last.JoinAsync("#room")).Members.Count);
        await Task.WhenAll(clients.Take(30).Select(client => client.StopAsync("gone")));
        await ReadUntilAsync(last, _ => last.State.FindChannel("#room")!.Members.Count == 31);
        foreach (IrcClient client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ComesBackAfterTheServerWasStartedAgain(string name)
    {
        await using IrcServerProgram server = await IrcServerProgram.StartAsync(name);
        var options = new IrcStayingOptions
        {
            Nick = "stayer",
            Pacing = { Penalty = TimeSpan.Zero },
            Channels = new Dictionary<string, string?> { ["#kept"] = null },
            Retry = new RetryPolicy { InitialDelay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromMilliseconds(200) },
        };
        await using IrcStayingClient stayer = IrcStayingClient.Start(server.Endpoint, options);
        await ReadUntilAsync(stayer.Events, told => told is IrcReturnedEvent);
        await stayer.JoinAsync("#later");
        await server.StopAsync();
        await server.StartAsync();
        await ReadUntilAsync(stayer.Events, told => told is IrcReturnedEvent);
        Assert.Equal(["#kept", "#later"], stayer.Current!.State.Channels.Keys.Order());
        await stayer.StopAsync("enough");
        await stayer.Ended.WaitAsync(Patience);
    }

    private static IrcClientOptions Options(string nick) => new() { Nick = nick, RealName = "My name", Pacing = { Penalty = TimeSpan.Zero } };

    private static Task<IrcClientEvent> ReadUntilAsync(IrcClient client, Func<IrcClientEvent, bool> match) => ReadUntilAsync(client.Events, match);

    private static async Task<IrcClientEvent> ReadUntilAsync(IrcEventStream events, Func<IrcClientEvent, bool> match)
    {
        using var late = new CancellationTokenSource(Patience);
        await foreach (IrcClientEvent told in events.WithCancellation(late.Token))
        {
            if (match(told))
            {
                return told;
            }
        }

        Assert.Fail("The events ended.");
        return null!;
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> entries)
    {
        var all = new List<T>();
        await foreach (T entry in entries)
        {
            all.Add(entry);
        }

        return all;
    }
}
