using System.Collections.Concurrent;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Tests.Commands;
using Ropewalk.Server;
using Ropewalk.Storage;

namespace Ropewalk.Cli.Tests.Strands;

/// <summary>The bot as a strand: what a file says, and what changes while it runs.</summary>
public sealed class BotStrandTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Up_has_the_bot_in_a_channel_of_its_own_server_wherever_that_listens()
    {
        _run.Environment["ROPEWALK__WEB__LISTEN"] = "tcp:127.0.0.1:0";
        _run.Environment["ROPEWALK__IRC__LISTEN"] = "tcp:127.0.0.1:0";
        _run.Environment["ROPEWALK__DNS__LISTEN"] = "127.0.0.1:0";
        await _run.StartAsync("up", "--no-status");
        Assert.Contains("bot  → mem:irc", _run.Output, StringComparison.Ordinal);
        Assert.Contains("/join #ropewalk, and then: knot: hello", _run.Output, StringComparison.Ordinal);
        await using Person joe = await Person.ComeInAsync(_run.PortOf("irc"), "#ropewalk", "knot");
        await joe.Client.SendMessageAsync("#ropewalk", "Knot, hello");
        Assert.StartsWith("joe: ", await joe.HearAsync(), StringComparison.Ordinal);
        await joe.Client.SendMessageAsync("knot", "hello");
        Assert.NotEmpty(await joe.HearAsync());
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
        Assert.DoesNotContain("error", _run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quotes_triggers_and_channels_change_without_a_new_connection()
    {
        await using ConnectionServer listeners = new();
        int port = await ServeAsync(listeners);
        _run.Write("quotes.txt", "# none\n\nfirst\n");
        string file = $"bot:\n  server: tcp:127.0.0.1:{port}\n  nick: bend\n  channels: '#x'\n  quotes: quotes.txt\n";
        _run.Write("bot.yaml", file + "  triggers: [a rope]\n");
        await _run.StartAsync("bot", "bot.yaml");
        await using Person joe = await Person.ComeInAsync(port, "#x", "bend");
        await joe.Client.SendMessageAsync("#x", "is that A Rope?");
        Assert.Equal("joe: first", await joe.HearAsync());
        await joe.Client.JoinAsync("#y");
        Task<IrcJoinEvent> comes = joe.WaitForJoinAsync("#y");

        _run.Write("quotes.txt", "second, and longer\n");
        _run.Write("bot.yaml", file.Replace("'#x'", "['#x', '#y']", StringComparison.Ordinal) + "  triggers: [a splice]\n");
        _run.Signals.HangUp();
        Assert.Equal("bend", (await comes).Nick);

        // the file is looked at each two seconds
        await _run.WaitForErrorAsync("Quotes have changed: 1 were read from");
        await joe.Client.SendMessageAsync("#y", "is that a splice?");
        Assert.Equal("joe: second, and longer", await joe.HearAsync());
        Assert.DoesNotContain(joe.Seen, told => told is IrcQuitEvent);

        // another nickname is another conversation
        Task<IrcJoinEvent> again = joe.WaitForJoinAsync("#y");
        _run.Write("bot.yaml", file.Replace("bend", "hitch", StringComparison.Ordinal).Replace("'#x'", "'#y'", StringComparison.Ordinal));
        _run.Signals.HangUp();
        Assert.Equal("hitch", (await again).Nick);
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Fact]
    public async Task Without_a_server_it_tries_again_and_stops_in_good_order()
    {
        // port 1 of this machine: nothing listens there
        await _run.StartAsync("bot", "--server", "tcp:127.0.0.1:1", "--channels", "#x");
        await _run.WaitForErrorAsync("tried again");
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Theory]
    [InlineData("nick: 'a b'", "cannot be a nickname")]
    [InlineData("channels: ['a b']", "channel's name")]
    [InlineData("channels: ['#a', '#A']", "the channel #A is there twice")]
    [InlineData("channels: [':a']", "channel's name")]
    [InlineData("server: 'udp:1'", "is no place")]
    [InlineData("quotes: nowhere.txt", "nowhere.txt")]
    [InlineData("quotes: empty.txt", "has no quotes")]
    [InlineData("password: hidden-1", "no account")]
    public async Task What_is_wrong_is_told_before_anything_runs(string setting, string told)
    {
        _run.Write("empty.txt", "# nothing\n");
        _run.Write("bot.yaml", $"bot:\n  {setting}\n");
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("bot", "bot.yaml"));
        Assert.Contains(told, _run.Error, StringComparison.Ordinal);
        Assert.Contains("bot.yaml:2", _run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-1", _run.Error, StringComparison.Ordinal);
    }

    private static async Task<int> ServeAsync(ConnectionServer listeners)
    {
        var options = new IrcServerOptions { Records = new MemoryRecordStore() };
        options.Network.Classes = [new IrcConnectionClass { FloodAllowance = TimeSpan.Zero }];
        IrcServer irc = await IrcServer.StartAsync(options);
        Listening listening = await listeners.ListenAsync("tcp:127.0.0.1:0", irc.OnConnectedAsync);
        return ((System.Net.IPEndPoint)listening.EndPoint).Port;
    }

    private sealed class Person : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly IrcEventStream _texts;
        private readonly Task _seeing;

        private Person(IrcClient client)
        {
            Client = client;
            _texts = client.Events;
            _seeing = SeeAsync(client.Subscribe());
        }

        public IrcClient Client { get; }

        public ConcurrentQueue<IrcClientEvent> Seen { get; } = [];

        public static async Task<Person> ComeInAsync(int port, string channel, string bot)
        {
            var person = new Person(await IrcClient.ConnectAsync($"tcp:127.0.0.1:{port}", new IrcClientOptions { Nick = "joe", Pacing = { Penalty = TimeSpan.Zero } }));
            Task<IrcJoinEvent> comes = person.WaitForJoinAsync(channel);
            if (!(await person.Client.JoinAsync(channel)).Members.ContainsKey(bot))
            {
                await comes;
            }

            return person;
        }

        public async Task<IrcJoinEvent> WaitForJoinAsync(string channel)
        {
            using IrcEventStream events = Client.Subscribe();
            using var late = new CancellationTokenSource(Patience, TimeProvider.System);
            await foreach (IrcClientEvent told in events.WithCancellation(late.Token))
            {
                if (told is IrcJoinEvent { IsOwn: false } join && join.Channel == channel)
                {
                    return join;
                }
            }

            throw new InvalidOperationException("The connection has ended.");
        }

        public async Task<string> HearAsync()
        {
            using var late = new CancellationTokenSource(Patience, TimeProvider.System);
            await foreach (IrcClientEvent told in _texts.WithCancellation(late.Token))
            {
                if (told is IrcTextEvent { IsOwn: false, Kind: IrcTextKind.Message } text)
                {
                    return text.Text;
                }
            }

            throw new InvalidOperationException("The connection has ended.");
        }

        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await _seeing;
        }

        private async Task SeeAsync(IrcEventStream events)
        {
            await foreach (IrcClientEvent told in events)
            {
                Seen.Enqueue(told);
            }
        }
    }
}
