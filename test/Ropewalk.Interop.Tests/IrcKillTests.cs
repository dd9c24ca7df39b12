using System.Globalization;
using System.Text;

namespace Ropewalk.Interop.Tests;

/// <summary><c>ropewalk irc</c> is killed at random moments under load: what anybody was told is there afterwards.</summary>
/// <remarks><c>ROPEWALK_KILLS=100</c> kills it a hundred times; three times by default.</remarks>
public sealed class IrcKillTests : IDisposable
{
    private const int Kill = 9;

    private readonly SampleFolder _folder = new();
    private readonly int _kills = int.Parse(Environment.GetEnvironmentVariable("ROPEWALK_KILLS") ?? "3", CultureInfo.InvariantCulture);
    private readonly Random _random = new(20261123);
    private readonly List<string> _accounts = [];
    private readonly List<string> _messages = [];
    private readonly List<string> _bans = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource? _reached;
    private int _acknowledged;
    private int _killAt;
    private int _total;
    private int _topicAcknowledged = -1;
    private int _topicAsked = -1;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_missing_after_kills()
    {
        await using (RopewalkProgram server = await StartAsync())
        {
            using var founder = new IrcLines(server.Port());
            await founder.SendAsync("NICK founder", "USER f 0 * :F", "REGISTER * * secret-of-founder");
            await founder.WaitForAsync("REGISTER SUCCESS");
            await founder.SendAsync("JOIN #kept", "CS REGISTER #kept");
            await founder.WaitForAsync("MODE #kept +r");
            await server.StopAsync();
        }

        for (int i = 0; i < _kills; i++)
        {
            await using RopewalkProgram server = await StartAsync();
            await CheckAsync(server.Port());
            _total += _messages.Count;
            // The channel keeps so much: what was said two kills ago may be gone for good.
            _messages.Clear();
            Task[] load = [RegisterAsync(server.Port(), i), ChangeAsync(server.Port()), TalkAsync(server.Port(), $"talker{i}a"), TalkAsync(server.Port(), $"talker{i}b")];
            await AcknowledgedAsync(_random.Next(1, 400));
            server.Send(Kill);
            await server.WaitForExitAsync();
            await Task.WhenAll(load);
        }

        await using RopewalkProgram last = await StartAsync();
        await CheckAsync(last.Port());
        _total += _messages.Count;
        TestContext.Current.TestOutputHelper!.WriteLine($"{_kills} kills: {_accounts.Count} accounts, {_total} messages, {_bans.Count} bans and topic {_topicAcknowledged} were acknowledged");
        Assert.True(_accounts.Count > 0 && _total > 0 && _bans.Count > 0 && _topicAcknowledged > 0, "nothing was acknowledged, so nothing was shown");
    }

    // A random moment: when so many more things have been acknowledged.
    private Task AcknowledgedAsync(int more)
    {
        lock (_gate)
        {
            _killAt = _acknowledged + more;
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _reached.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    private void Acknowledge(Action note)
    {
        lock (_gate)
        {
            note();
            if (++_acknowledged >= _killAt)
            {
                _reached?.TrySetResult();
            }
        }
    }

    private Task<RopewalkProgram> StartAsync() => RopewalkProgram.StartAsync(
        "irc", "--listen", "tcp:127.0.0.1:0", "--storage", _folder.PathOf("data"), "--flood-allowance", "0", "--history", "100000", "--max-per-address", "1000", "--accounts-per-address", "0", "--log-level", "warning");

    private async Task RegisterAsync(int port, int round)
    {
        for (int n = 0; ; n++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"acc{round}x{n}");
            using IrcLines? client = IrcLines.TryConnect(port);
            if (client is null
                || !await client.TrySendAsync($"NICK {name}", $"USER u 0 * :U", $"REGISTER * * secret-of-{name}")
                || await client.FindAsync("REGISTER SUCCESS") is null)
            {
                return;
            }

            Acknowledge(() => _accounts.Add(name));
        }
    }

    // Topics and bans of a registered channel, by its founder.
    private async Task ChangeAsync(int port)
    {
        using var client = new IrcLines(port);
        if (!await LogInAsync(client, "founder"))
        {
            return;
        }

        bool isThere = await client.TrySendAsync("JOIN #kept");
        while (isThere && await client.ReadAsync() is { } line)
        {
            if (line.Contains(" 366 ", StringComparison.Ordinal) || line.Contains(" MODE #kept +b ", StringComparison.Ordinal))
            {
                if (line.Contains("+b", StringComparison.Ordinal))
                {
                    Acknowledge(() => _bans.Add(line.Split(' ')[^1]));
                }

                _topicAsked++;
                isThere = await client.TrySendAsync($"TOPIC #kept :topic {_topicAsked}");
            }
            else if (line.Contains(" TOPIC #kept :", StringComparison.Ordinal))
            {
                Acknowledge(() => _topicAcknowledged = int.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
                isThere = await client.TrySendAsync(_bans.Count < 90 ? $"MODE #kept +b b{_topicAsked}!*@*" : $"TOPIC #kept :topic {++_topicAsked}");
            }
        }
    }

    private async Task TalkAsync(int port, string nick)
    {
        using var client = new IrcLines(port);
        bool isThere = await client.TrySendAsync("CAP REQ :echo-message", $"NICK {nick}", "USER u 0 * :U", "CAP END", "JOIN #kept");
        int said = 0;
        while (isThere && await client.ReadAsync() is { } line)
        {
            if (line.StartsWith($":{nick}!", StringComparison.Ordinal) && line.Contains(" PRIVMSG #kept :", StringComparison.Ordinal))
            {
                Acknowledge(() => _messages.Add(line[(line.IndexOf(" :", StringComparison.Ordinal) + 2)..]));
            }
            else if (!line.Contains(" 366 ", StringComparison.Ordinal))
            {
                continue;
            }

            isThere = await client.TrySendAsync($"PRIVMSG #kept :{nick} says {said++}");
        }
    }

    private async Task CheckAsync(int port)
    {
        using var founder = new IrcLines(port);
        Assert.True(await LogInAsync(founder, "founder"));
        await founder.SendAsync("JOIN #kept");
        if (_topicAcknowledged >= 0)
        {
            string topic = await founder.WaitForAsync(" 332 ");
            Assert.InRange(int.Parse(topic.Split(' ')[^1], CultureInfo.InvariantCulture), _topicAcknowledged, _topicAsked);
        }

        await founder.SendAsync("MODE #kept b");
        var bans = new List<string>();
        string line;
        while (!(line = await founder.WaitForAsync(" 36")).Contains(" 368 ", StringComparison.Ordinal))
        {
            if (line.Contains(" 367 ", StringComparison.Ordinal))
            {
                bans.Add(line.Split(' ')[4]);
            }
        }

        Assert.Empty(_bans.Except(bans));
        Assert.Empty(_messages.Except(await HistoryAsync(founder)));
        foreach (string account in _accounts.TakeLast(3))
        {
            using var client = new IrcLines(port);
            Assert.True(await LogInAsync(client, account), $"the account {account} is missing");
        }
    }

    // The whole history, from the newest page back.
    private static async Task<HashSet<string>> HistoryAsync(IrcLines client)
    {
        var texts = new HashSet<string>();
        string reference = "*";
        while (true)
        {
            await client.SendAsync(reference == "*" ? "CHATHISTORY LATEST #kept * 100" : $"CHATHISTORY BEFORE #kept {reference} 100");
            await client.WaitForAsync(" BATCH +");
            string? first = null;
            string line;
            while (!(line = await client.WaitForAsync(":")).Contains(" BATCH -", StringComparison.Ordinal))
            {
                if (line.Contains(" PRIVMSG #kept :", StringComparison.Ordinal))
                {
                    first ??= "msgid=" + line.Split("msgid=")[1].Split(';', ' ')[0];
                    texts.Add(line[(line.IndexOf(" :", line.IndexOf(" PRIVMSG ", StringComparison.Ordinal), StringComparison.Ordinal) + 2)..]);
                }
            }

            if (first is null)
            {
                return texts;
            }

            reference = first;
        }
    }

    private static async Task<bool> LogInAsync(IrcLines client, string account)
    {
        string response = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{account}\0secret-of-{account}"));
        return await client.TrySendAsync("CAP LS 302", "CAP REQ :sasl message-tags batch draft/chathistory", $"NICK {account}", "USER u 0 * :U", "AUTHENTICATE PLAIN")
            && await client.FindAsync("AUTHENTICATE +") is not null
            && await client.TrySendAsync($"AUTHENTICATE {response}")
            && await client.FindAsync(" 903 ") is not null
            && await client.TrySendAsync($"NICK {account}", "CAP END")
            && await client.FindAsync(" 422 ") is not null;
    }
}
