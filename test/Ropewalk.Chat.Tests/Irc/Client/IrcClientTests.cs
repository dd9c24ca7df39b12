using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Security.Sasl;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Tests.Irc.Client;

public sealed class IrcClientTests
{
    [Fact]
    public async Task JoinsSendsAndQuits()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        await using IrcClient client = await served.ConnectAsync();
        IrcClientChannel channel = await client.JoinAsync("#x");
        Assert.Equal(["bob", "me"], channel.Members.Keys.Order());
        Assert.Same(channel, await client.JoinAsync("#X"));
        IrcSentMessage sent = Assert.Single(await client.SendMessageAsync("#x", "hello", replyTo: "m0"));
        Assert.Equal(("hello", true, "m1"), (sent.Text, sent.IsAcknowledged, sent.MessageId));
        Assert.Contains(served.Script.Heard, line => line.StartsWith("@+draft/reply=m0;label=", StringComparison.Ordinal));
        await client.StopAsync("bye now");
        Assert.Equal("QUIT :bye now", served.Script.Heard[^1]);
        Assert.Equal(ConnectionEndReason.Completed, (await client.Ended).Reason);
        var last = (IrcEndedEvent)await ServedIrc.ReadUntilAsync(client.Events, told => told is IrcEndedEvent);
        Assert.Equal(ConnectionEndReason.Completed, last.End.Reason);
        Assert.Equal(IrcRequestFailureKind.ConnectionEnded, (await Assert.ThrowsAsync<IrcRequestException>(() => client.JoinAsync("#y"))).Kind);
    }

    [Fact]
    public async Task LongTextIsCutSoThatNothingIsLostOnItsWay()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        await using IrcClient client = await served.ConnectAsync();
        await client.JoinAsync("#x");
        string text = string.Concat(Enumerable.Repeat("wörter und mehr ", 200)).Trim();
        IReadOnlyList<IrcSentMessage> sent = await client.SendActionAsync("#x", text);
        Assert.Equal(text, string.Join(' ', sent.Select(piece => IrcCtcp.TryParse(piece.Text, out IrcCtcp ctcp) ? ctcp.Arguments : "")));
        Assert.All(sent, piece => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount($":me!u@h PRIVMSG #x :{piece.Text}\r\n"), 1, 512));
    }

    [Fact]
    public async Task WhatIsNotAnsweredTimesOut()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        await using IrcClient client = await served.ConnectAsync();
        Task<IrcWhois> asking = client.WhoisAsync("alice");
        await served.Script.AnsweredAsync(line => line.Contains("WHOIS", StringComparison.Ordinal)).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        // the timer is armed in the turn that sends
        served.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(IrcRequestFailureKind.TimedOut, (await Assert.ThrowsAsync<IrcRequestException>(() => asking)).Kind);
    }

    [Fact]
    public async Task ARequestCanBeGivenUpAndFailsWithTheConnection()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        await using IrcClient client = await served.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        Task<IrcWhois> given = client.WhoisAsync("alice", cancel.Token);
        Task<IrcWhois> failing = client.WhoisAsync("bob");
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        served.Script.Connections[0].Abort();
        Assert.Equal(IrcRequestFailureKind.ConnectionEnded, (await Assert.ThrowsAsync<IrcRequestException>(() => failing)).Kind);
    }

    public static TheoryData<string> Bad => ["a\rb", "a\nQUIT", "a\0b", "\r\nQUIT"];

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task NothingIsSentOfWhatWouldBreakTheLine(string bad)
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        await using IrcClient client = await served.ConnectAsync();
        int before = served.Script.Heard.Count(IsCommand);
        Func<Task>[] calls =
        [
            () => client.JoinAsync(bad), () => client.JoinAsync("#x", bad), () => client.PartAsync(bad), () => client.PartAsync("#x", bad), () => client.KickAsync(bad, "a"), () => client.KickAsync("#x", bad),
            () => client.KickAsync("#x", "a", bad), () => client.InviteAsync(bad, "a"), () => client.InviteAsync("#x", bad), () => client.SetTopicAsync(bad, "t"), () => client.SetTopicAsync("#x", bad),
            () => client.SetModesAsync(bad, "+o"), () => client.SetModesAsync("#x", bad), () => client.SetModesAsync("#x", "+o", bad), () => client.AskModesAsync(bad), () => client.ListMasksAsync(bad),
            () => client.ListMasksAsync("#x", '\n'), () => client.NamesAsync(bad), () => client.WhoisAsync(bad), () => client.WhoAsync(bad).GetAsyncEnumerator().MoveNextAsync().AsTask(),
            () => client.ListAsync(bad).GetAsyncEnumerator().MoveNextAsync().AsTask(), () => client.ChangeNickAsync(bad), () => client.SetAwayAsync(bad), () => client.SetRealNameAsync(bad), () => client.IsOnAsync([bad]),
            () => client.MonitorAsync([bad]), () => client.UnmonitorAsync([bad]), () => client.RegisterAsync(bad, "*", "p"), () => client.RegisterAsync("*", bad, "p"), () => client.RegisterAsync("*", "*", bad),
            () => client.VerifyAsync(bad, "1"), () => client.VerifyAsync("a", bad), () => client.SendMessageAsync(bad, "t"), () => client.SendMessageAsync("#x", bad), () => client.SendMessageAsync("#x", "t", bad),
            () => client.SendNoticeAsync("#x", bad), () => client.SendActionAsync("#x", bad), () => client.SendTagsAsync(bad), () => client.SendCtcpAsync(bad, new IrcCtcp("X")), () => client.SendCtcpAsync("a", new IrcCtcp(bad)),
            () => client.SendCtcpAsync("a", new IrcCtcp("X", bad)), () => client.GetLatestAsync(bad), () => client.GetAfterAsync(bad, default), () => client.GetBeforeAsync(bad, default), () => client.GetAroundAsync(bad, default),
            () => client.GetBetweenAsync(bad, default, default), () => client.StopAsync(bad), () => client.SendAsync(new IrcMessage("X", bad)), () => client.RequestAsync(new IrcMessage(bad)),
            () => Task.FromResult(IrcHistoryPoint.OfMessage(bad)),
        ];
        foreach (Func<Task> call in calls)
        {
            await Assert.ThrowsAsync<FormatException>(async () => await call());
        }

        await client.JoinAsync("#end");
        Assert.Equal(before + 1, served.Script.Heard.Count(IsCommand));
        Assert.Throws<ArgumentException>(new IrcClientOptions { Nick = bad }.Validate);
        Assert.Throws<ArgumentException>(new IrcClientOptions { Nick = "me", UserName = bad }.Validate);
        Assert.Throws<ArgumentException>(new IrcClientOptions { Nick = "me", RealName = bad }.Validate);
        Assert.Throws<ArgumentException>(new IrcClientOptions { Nick = "me", Password = bad }.Validate);
        Assert.Throws<ArgumentException>(new IrcClientOptions { Nick = "me", AlternativeNicks = [bad] }.Validate);
        Assert.Throws<ArgumentException>(new IrcClientOptions { Nick = "me", Version = bad }.Validate);
    }

    [Fact]
    public async Task NothingRunsInTheCallersContext()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        IrcClient? client = null;
        await RefusingContext.Run(async () => client = await served.ConnectAsync().ConfigureAwait(false));
        Func<Task>[] calls =
        [
            () => client!.JoinAsync("#x"), () => client!.SendMessageAsync("#x", "t"), () => client!.SendAsync(new IrcMessage("X")), () => client!.GetAfterAsync("#x", IrcHistoryPoint.OfMessage("m1")),
            () => client!.Events.GetAsyncEnumerator().MoveNextAsync().AsTask(), () => client!.RequestAsync(new IrcMessage("PING", "x")), () => client!.StopAsync(), () => client!.DisposeAsync().AsTask(),
        ];
        foreach (Func<Task> call in calls)
        {
            await RefusingContext.Run(call);
        }
    }

    [Fact]
    public async Task EventsThatNobodyReadsAreCounted()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        await using IrcClient client = await served.ConnectAsync();
        await client.JoinAsync("#x");
        using IrcEventStream slow = client.Subscribe(10);
        for (int i = 0; i < 50; i++)
        {
            await served.Script.SayAsync("#x", $"text {i}");
        }

        await client.SendMessageAsync("#x", "the last");
        await client.StopAsync();
        var heard = new List<IrcClientEvent>();
        await foreach (IrcClientEvent told in slow)
        {
            heard.Add(told);
        }

        Assert.Equal(10, heard.OfType<IrcTextEvent>().Count());
        Assert.IsType<IrcLostEvent>(heard[10]);
        Assert.True(((IrcLostEvent)heard[10]).Count >= 41);
        Assert.IsType<IrcEndedEvent>(heard[^1]);
    }

    [Fact]
    public async Task AReaderThatIsWaitedForLosesNothing()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        IrcClientOptions options = served.Options();
        options.EventOverflow = IrcEventOverflow.Wait;
        options.EventCapacity = 20;
        await using IrcClient client = await served.ConnectAsync(options);
        await client.SendAsync(new IrcMessage("JOIN", "#x"));
        await served.Script.AnsweredAsync(line => line == "JOIN #x").WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Task saying = SayAsync(served, 200);
        var heard = new List<string>();
        await ServedIrc.ReadUntilAsync(client.Events, told =>
        {
            heard.AddRange(told is IrcTextEvent text ? [text.Text] : []);
            return heard.Count == 200;
        });
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), heard);
        await saying;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AReaderThatReadsNoMoreHoldsUpNoEnd(bool says)
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        IrcClientOptions options = served.Options();
        options.EventOverflow = IrcEventOverflow.Wait;
        options.EventCapacity = 20;
        IrcClient client = await served.ConnectAsync(options);
        using IrcEventStream beside = client.Subscribe(100);
        await client.SendAsync(new IrcMessage("JOIN", "#x"));
        await served.Script.AnsweredAsync(line => line == "JOIN #x").WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        await SayAsync(served, 60);

        // it is told each event behind the first stream, and the last one that has room there too
        await ServedIrc.ReadUntilAsync(beside, _ => client.Events.Waiting == 20);
        await (says ? client.StopAsync("bye") : client.DisposeAsync().AsTask()).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.IsType<IrcEndedEvent>(await ServedIrc.ReadUntilAsync(client.Events, told => told is IrcEndedEvent));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task NobodysLineComesBetweenThePiecesOfAText()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        await using IrcClient client = await served.ConnectAsync();
        await client.JoinAsync("#x");
        using var start = new Barrier(2);
        var sending = new Task[2];
        Thread[] threads =
        [
            .. Enumerable.Range(0, 2).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                sending[i] = client.SendMessageAsync("#x", string.Concat(Enumerable.Repeat(i == 0 ? "a" : "b", 80_000)));
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        await Task.WhenAll(sending);
        string said = string.Concat(served.Script.Heard.Where(line => line.Contains("PRIVMSG", StringComparison.Ordinal)).Select(line => line[^1]));
        Assert.Equal(1, said.Zip(said[1..]).Count(pair => pair.First != pair.Second));
    }

    private static async Task SayAsync(ServedIrc served, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await served.Script.SayAsync("#x", $"{i}");
        }
    }

    [Fact]
    public async Task AWrongPasswordIsAnExceptionWithTheNumeric()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        served.Script.Before = (connection, message) =>
        {
            if (message.Command == "PASS")
            {
                ScriptedServer.Write(connection, ":s 464 * :Password incorrect\r\nERROR :Closing Link");
            }

            return message.Command == "PASS";
        };
        IrcClientOptions options = served.Options();
        options.Password = "wrong";
        Assert.Equal(464, (await Assert.ThrowsAsync<IrcRequestException>(() => served.ConnectAsync(options))).Numeric);
    }

    [Fact]
    public async Task LogsInByPlainOnlyWhereItWasAskedToInTheClear()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        served.Script.Offered = "sasl=PLAIN";
        served.Script.Before = (connection, message) =>
        {
            if (message.Command == "AUTHENTICATE")
            {
                ScriptedServer.Write(connection, message[0] == "PLAIN" ? "AUTHENTICATE +" : ":s 900 me me!u@h acc :You are now logged in\r\n:s 903 me :ok");
            }

            return message.Command == "AUTHENTICATE";
        };
        IrcClientOptions options = served.Options();
        options.Credentials = new SaslClientCredentials { Name = "acc", Password = "secret" };
        Assert.Equal(IrcRequestFailureKind.NotSupported, (await Assert.ThrowsAsync<IrcRequestException>(() => served.ConnectAsync(options))).Kind);
        Assert.DoesNotContain(served.Script.Heard, line => line.StartsWith("AUTHENTICATE", StringComparison.Ordinal));

        options.Mechanisms = [SaslMechanism.Plain];
        await using IrcClient client = await served.ConnectAsync(options);
        Assert.Equal("acc", client.State.Account);
        Assert.Contains("AUTHENTICATE " + Convert.ToBase64String("\0acc\0secret"u8), served.Script.Heard);
    }

    [Fact]
    public async Task WhatTheServerLacksIsSaidBeforeItIsAsked()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        served.Script.Offered = "batch";
        await using IrcClient client = await served.ConnectAsync();
        Assert.Equal(IrcRequestFailureKind.NotSupported, (await Assert.ThrowsAsync<IrcRequestException>(() => client.GetLatestAsync("#x"))).Kind);
        Assert.DoesNotContain(served.Script.Heard, line => line.Contains("CHATHISTORY", StringComparison.Ordinal));
        await Assert.ThrowsAsync<FormatException>(() => client.SetTopicAsync("#x", new string('x', 600)));
    }

    // the ping that measures the lag comes when it likes
    private static bool IsCommand(string line) => !line.StartsWith("PING", StringComparison.Ordinal);
}
