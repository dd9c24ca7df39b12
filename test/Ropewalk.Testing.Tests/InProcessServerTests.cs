using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Policies;
using Ropewalk.Security.Tls;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Testing.Tests;

public sealed class InProcessServerTests
{
    public static TheoryData<bool> Places => [false, true];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task AnswersLinesAndShowsWhatCame(bool onPort)
    {
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(Shout, greeting: "hello"));
        await using Caller first = await Caller.ConnectAsync(server);
        await using Caller second = await Caller.ConnectAsync(server);
        Assert.Equal("hello", await first.ReadLineAsync());
        Assert.Equal("ONE", await first.AskAsync("one"));
        Assert.Equal("hello", await second.ReadLineAsync());
        Assert.Equal("ÄÖ", await second.AskAsync("äö"));
        await first.SayAsync("two\r\nthr");
        Assert.Equal("TWO", await first.ReadLineAsync());

        IReadOnlyList<ReceivedCommand> commands = await server.ReceivedAsync(3);
        Assert.Equal(["one", "äö", "two"], commands.Select(command => command.Text));
        Assert.Equal([1, 2, 1], commands.Select(command => command.Connection.Number));
        Assert.Equal([1, 2, 3], commands.Select(command => command.Number));
        Assert.Equal("one\r\ntwo\r\nthr", server.Connections[0].ReceivedText);
        Assert.Equal(["äö"], server.Connections[1].Commands.Select(command => command.Text));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task ItsEndpointIsWhereAClientFindsIt(bool onPort)
    {
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(Shout));
        Assert.StartsWith(onPort ? "tcp:127.0.0.1:" : "mem:server", server.Spec.ToString());
        await using ConnectionContext client = await new ConnectionClient(server.Context).ConnectAsync(server.Spec.ToString());
        await client.Transport.Output.WriteAsync("a\r\n"u8.ToArray());
        Assert.Equal("a", (await server.ReceivedAsync(command => true)).Text);
        if (onPort)
        {
            Assert.NotEqual(0, Assert.IsType<IPEndPoint>(server.EndPoint).Port);
        }
    }

    [Fact]
    public async Task AWaitForACommandEndsWhenItComes()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseLines(Shout));
        Task<ReceivedCommand> quit = server.ReceivedAsync(command => command.Text.StartsWith('Q'));
        Task<IReadOnlyList<ReceivedCommand>> three = server.ReceivedAsync(3);
        await using Caller caller = await Caller.ConnectAsync(server);
        await caller.SayAsync("a\r\nb\r\n");
        Assert.Equal("A", await caller.ReadLineAsync());
        Assert.Equal("B", await caller.ReadLineAsync());
        Assert.False(quit.IsCompleted);
        Assert.False(three.IsCompleted);
        await caller.SayAsync("Q!\r\n");
        Assert.Equal("Q!", (await quit).Text);
        Assert.Equal(["a", "b", "Q!"], (await three).Select(command => command.Text));
    }

    [Fact]
    public async Task AWaitThatFailsTellsWhatCame()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p =>
        {
            p.Patience = TimeSpan.Zero;
            p.UseApplication(_ => Task.CompletedTask).UseCommands(() => Frames.Lines(10));
        });
        var nothing = await Assert.ThrowsAsync<TimeoutException>(() => server.ReceivedAsync(1));
        Assert.EndsWith("for 1 commands. None came.", nothing.Message);
    }

    [Fact]
    public async Task AWaitThatFailsListsTheCommands()
    {
        InProcessServer server = await InProcessServer.StartAsync(p => p.UseLines(Shout));
        await using Caller caller = await Caller.ConnectAsync(server);
        await caller.AskAsync("here I am");
        Task<IReadOnlyList<ReceivedCommand>> more = server.ReceivedAsync(2);
        await server.DisposeAsync();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => more);
        Assert.Contains("while 2 commands was waited for. 1 came:", failure.Message);
        Assert.EndsWith("  1: here I am", failure.Message);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task TheServerHangsUp(bool onPort)
    {
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(Shout));
        await using Caller caller = await Caller.ConnectAsync(server);
        using (InjectedFault fault = server.Inject(CommandFault.Close, command => command.Text == "two"))
        {
            Assert.Equal("ONE", await caller.AskAsync("one"));
            Assert.Null(await caller.AskAsync("two"));
            Assert.Equal(1, fault.Hits);
        }

        await caller.DisposeAsync();
        Assert.Equal(ConnectionEndReason.Completed, (await server.Connections[0].Ended).Reason);
        await using Caller again = await Caller.ConnectAsync(server);
        Assert.Equal("TWO", await again.AskAsync("two"));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task TheServerResets(bool onPort)
    {
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(Shout));
        using InjectedFault fault = server.Inject(CommandFault.Reset, times: 1);
        await using Caller caller = await Caller.ConnectAsync(server);
        await Assert.ThrowsAnyAsync<IOException>(() => caller.AskAsync("one"));
        ConnectionEnd end = await server.Connections[0].Ended;
        Assert.Equal((ConnectionEndReason.Aborted, ErrorSide.Local), (end.Reason, end.Side));
        await using Caller again = await Caller.ConnectAsync(server);
        Assert.Equal("ONE", await again.AskAsync("one"));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task TheServerStallsUntilTheFaultIsRemoved(bool onPort)
    {
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(Shout));
        await using Caller caller = await Caller.ConnectAsync(server);
        InjectedFault fault = server.Inject(CommandFault.Stall);
        await caller.SayAsync("one\r\ntwo\r\n");
        await server.ReceivedAsync(1);
        await server.AdvanceAsync(TimeSpan.FromDays(1));
        Task<string?> answer = caller.ReadLineAsync();
        Assert.False(answer.IsCompleted);
        Assert.Equal(["one"], server.Commands.Select(command => command.Text));
        fault.Dispose();
        Assert.Equal("ONE", await answer);
        Assert.Equal("TWO", await caller.ReadLineAsync());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task AStalledConnectionSeesThatItsPeerResetsIt(bool onPort)
    {
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(Shout));
        await using Caller caller = await Caller.ConnectAsync(server);
        using InjectedFault fault = server.Inject(CommandFault.Stall);
        await caller.SayAsync("one\r\n");
        await server.ReceivedAsync(1);
        caller.Abort();
        Assert.Equal(ConnectionEndReason.PeerReset, (await server.Connections[0].Ended).Reason);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task TheServerAnswersSomethingElse(bool onPort)
    {
        int heard = 0;
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(line => $"{++heard}: {line}"));
        await using Caller caller = await Caller.ConnectAsync(server);
        using (server.Inject(CommandFault.Answer("BUSY\r\n"), command => command.Text == "b"))
        {
            await caller.SayAsync("a\r\nb\r\nc\r\n");
            Assert.Equal("1: a", await caller.ReadLineAsync());
            Assert.Equal("BUSY", await caller.ReadLineAsync());
            Assert.Equal("2: c", await caller.ReadLineAsync());
        }

        Assert.Equal("3: b", await caller.AskAsync("b"));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task TheServerAnswersLateInVirtualTime(bool onPort)
    {
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(Shout));
        await using Caller caller = await Caller.ConnectAsync(server);
        using InjectedFault fault = server.Inject(CommandFault.AnswerLate(TimeSpan.FromSeconds(30)));
        Task<string?> answer = caller.AskAsync("one");
        await server.ReceivedAsync(1);
        await server.AdvanceAsync(TimeSpan.FromSeconds(29.9));
        Assert.False(answer.IsCompleted);
        await server.AdvanceAsync(TimeSpan.FromSeconds(0.1));
        Assert.Equal("ONE", await answer);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task TheServerLosesAnAnswer(bool onPort)
    {
        List<string> heard = [];
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(line =>
        {
            heard.Add(line);
            return Shout(line);
        }));
        await using Caller caller = await Caller.ConnectAsync(server);
        using InjectedFault fault = server.Inject(CommandFault.DropAnswer, command => command.Text == "b");
        await caller.SayAsync("a\r\nb\r\nc\r\n");
        Assert.Equal("A", await caller.ReadLineAsync());
        Assert.Equal("C", await caller.ReadLineAsync());
        Assert.Equal(["a", "b", "c"], heard);
    }

    [Theory]
    [InlineData(false, 0, "")]
    [InlineData(false, 3, "LON")]
    [InlineData(true, 3, "LON")]
    [InlineData(false, 5, "LONG\r")]
    public async Task TheServerCutsAnAnswer(bool onPort, int afterBytes, string left)
    {
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(Shout));
        await using Caller caller = await Caller.ConnectAsync(server);
        using InjectedFault fault = server.Inject(CommandFault.CutAnswer(afterBytes), command => command.Text == "long");
        Assert.Equal("ONE", await caller.AskAsync("one"));
        await caller.SayAsync("long\r\nmore\r\n");
        Assert.Equal(left, await caller.ReadToEndAsync());
        await caller.DisposeAsync();
        Assert.Equal(ConnectionEndReason.Completed, (await server.Connections[0].Ended).Reason);
    }

    [Fact]
    public async Task AnAnswerThatIsShorterThanTheCutIsWhole()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseLines(Shout));
        await using Caller caller = await Caller.ConnectAsync(server);
        using InjectedFault fault = server.Inject(CommandFault.CutAnswer(6), times: 1);
        Assert.Equal("LONG", await caller.AskAsync("long"));
        Assert.Equal("MORE", await caller.AskAsync("more"));
    }

    [Fact]
    public async Task OfTwoFaultsTheNewestIsDone()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseLines(Shout));
        await using Caller caller = await Caller.ConnectAsync(server);
        using InjectedFault older = server.Inject(CommandFault.Answer("older\r\n"));
        using (InjectedFault newer = server.Inject(CommandFault.Answer("newer\r\n")))
        {
            Assert.Equal("newer", await caller.AskAsync("a"));
        }

        Assert.Equal("older", await caller.AskAsync("a"));
        Assert.Equal(1, older.Hits);
    }

    [Fact]
    public async Task FramesOfOnesOwnAreCommands()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseFrames(
            () => Frames.LengthPrefixed(LengthPrefix.TwoBytes, 100),
            frame => (byte[])[0, 1, (byte)frame.Length]));
        await using ConnectionContext client = await server.ConnectAsync();
        foreach (byte b in (byte[])[0, 3, 7, 8, 9, 0, 0, 0, 1, 5])
        {
            await client.Transport.Output.WriteAsync(new[] { b });
        }

        ReadResult read = await client.Transport.Input.ReadAtLeastAsync(9);
        Assert.Equal([0, 1, 3, 0, 1, 0, 0, 1, 1], read.Buffer.ToArray());
        Assert.Equal(["070809", "", "05"], server.Commands.Select(command => Convert.ToHexString(command.Bytes.Span)));
        Assert.Equal(3, server.Commands[0].Frame<ReadOnlySequence<byte>>().Length);
    }

    [Fact]
    public async Task WhatTheFramingRefusesReachesTheApplicationAsItCame()
    {
        string? heard = null;
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseCommands(() => Frames.Netstrings(5)).UseApplication(async connection =>
            heard = await Caller.ReadToEndAsync(connection)));
        await using ConnectionContext client = await server.ConnectAsync();
        await client.Transport.Output.WriteAsync("2:ab,not a netstring"u8.ToArray());
        await client.Transport.Output.CompleteAsync();
        await server.Connections[0].Ended;
        Assert.Equal("2:ab,not a netstring", heard);
        Assert.Equal(["ab"], server.Commands.Select(command => command.Text));
    }

    [Fact]
    public async Task AnUnfinishedCommandReachesTheApplicationAtTheEnd()
    {
        string? heard = null;
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseCommands(() => Frames.Lines(100)).UseApplication(async connection =>
            heard = await Caller.ReadToEndAsync(connection)));
        await using ConnectionContext client = await server.ConnectAsync();
        await client.Transport.Output.WriteAsync("whole\r\nhalf"u8.ToArray());
        await client.Transport.Output.CompleteAsync();
        Assert.Equal(ConnectionEndReason.Completed, (await server.Connections[0].Ended).Reason);
        Assert.Equal("whole\r\nhalf", heard);
        Assert.Equal(["whole"], server.Commands.Select(command => command.Text));
    }

    [Fact]
    public async Task TwoServersShareANetworkAndAClock()
    {
        await using InProcessServer back = await InProcessServer.StartAsync(p => p.UseLines(Shout).UseMemory("back"));
        await using InProcessServer front = await InProcessServer.StartAsync(p => p.UseMemory("front", back).UseApplication(async connection =>
        {
            await using ConnectionContext behind = await back.Context.ConnectAsync(back.Spec);
            await using var caller = new Caller(behind);
            await new Caller(connection).SayAsync(await caller.AskAsync("relayed") + "\r\n");
        }));
        Assert.Same(back.Time, front.Time);
        using InjectedFault fault = back.Inject(CommandFault.AnswerLate(TimeSpan.FromSeconds(1)));
        await using ConnectionContext client = await new ConnectionClient(back.Context).ConnectAsync("mem:front");
        await back.ReceivedAsync(1);
        await front.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("RELAYED", await new Caller(client).ReadLineAsync());
    }

    [Fact]
    public async Task WhatComesTogetherWithTheEndIsNotLost()
    {
        string? heard = null;
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("one\r\ntwo\r\nhalf"u8.ToArray());
        await pipe.Writer.CompleteAsync();
        await using InProcessServer server = await InProcessServer.StartAsync(p => p
            .UseFront(front => front.Use(next => connection =>
            {
                connection.Transport = new Recorded(pipe.Reader, connection.Transport.Output);
                return next(connection);
            }))
            .UseCommands(() => Frames.Lines(100))
            .UseApplication(async connection => heard = await Caller.ReadToEndAsync(connection)));
        await using ConnectionContext client = await server.ConnectAsync();
        await server.ReceivedAsync(2);
        await client.Transport.Output.CompleteAsync();
        await client.Transport.Input.ReadAsync();
        Assert.Equal("one\r\ntwo\r\nhalf", heard);
        Assert.Equal(["one", "two"], server.Commands.Select(command => command.Text));
    }

    [Fact]
    public async Task WithoutAWordItTakesAllAndAnswersNothing()
    {
        await using InProcessServer server = await InProcessServer.StartAsync();
        await using ConnectionContext client = await server.ConnectAsync();
        await client.Transport.Output.WriteAsync("anything"u8.ToArray());
        await client.Transport.Output.CompleteAsync();
        await server.Connections[0].Ended;
        Assert.Equal("anything", server.Connections[0].ReceivedText);
        Assert.Throws<InvalidOperationException>(() => server.Inject(CommandFault.Close));
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.ReceivedAsync(1));
    }

    [Fact]
    public async Task AProtocolAddsItsServerByAnExtension()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseGreetings());
        await using Caller caller = await Caller.ConnectAsync(server);
        Assert.Equal("hello", await caller.ReadLineAsync());
        Assert.Equal("hello you", await caller.AskAsync("NAME you"));
        await server.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.Equal("age? 7", await caller.AskAsync("ASK age"));
        await server.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.False(server.Connections[0].Ended.IsCompleted);
        await server.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("too slow", await caller.ReadLineAsync());
        Assert.Null(await caller.ReadLineAsync());
        await caller.DisposeAsync();
        Assert.Equal(ConnectionEndReason.Completed, (await server.Connections[0].Ended).Reason);
        Assert.Equal(["NAME you", "ASK age"], server.Commands.Select(command => command.Text));
    }

    [Fact]
    public async Task WhatIsDueOnTheWayIsDueWhenItIsDue()
    {
        List<double> woken = [];
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseApplication(async connection =>
        {
            for (int i = 0; i < 5; i++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), p.Time);
                await Task.Yield();
                woken.Add(p.Time.Elapsed.TotalSeconds);
            }
        }));
        await using ConnectionContext client = await server.ConnectAsync();
        await server.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([1.0, 2, 3, 4, 5], woken);
        Assert.Equal(TimeSpan.FromMinutes(1), server.Time.Elapsed);
    }

    [Fact]
    public async Task StoppingSaysGoodbyeInTheProtocolsOwnWords()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseGreetings());
        await using Caller caller = await Caller.ConnectAsync(server);
        Assert.Equal("hello", await caller.ReadLineAsync());
        Task stopped = server.StopAsync();
        Assert.Equal("going down", await caller.ReadLineAsync());
        Assert.Null(await caller.ReadLineAsync());
        await caller.DisposeAsync();
        await stopped;
        await Assert.ThrowsAnyAsync<IOException>(() => server.ConnectAsync());
    }

    [Fact]
    public async Task AnUpgradeToTlsGoesThroughAndHidesTheCommands()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseGreetings());
        await using Caller caller = await Caller.ConnectAsync(server);
        Assert.Equal("hello", await caller.ReadLineAsync());
        Assert.Equal("go", await caller.AskAsync("UPGRADE"));
        await caller.Connection.UpgradeToTlsAsync(GreetingHandler.ClientTls);
        Assert.Equal("hello hidden", await caller.AskAsync("NAME hidden"));
        Assert.Equal(["UPGRADE"], server.Commands.Select(command => command.Text));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task BehindAFrontOfTlsTheCommandsAreSeen(bool onPort)
    {
        await using InProcessServer server = await StartAsync(onPort, p => p.UseFront(front => front.UseTls(GreetingHandler.ServerTls)).UseLines(Shout));
        await using ConnectionContext connection = await server.ConnectAsync();
        await connection.UpgradeToTlsAsync(GreetingHandler.ClientTls);
        await using var caller = new Caller(connection);
        using InjectedFault fault = server.Inject(CommandFault.CutAnswer(2), command => command.Text == "two");
        Assert.Equal("ONE", await caller.AskAsync("one"));
        await caller.SayAsync("two\r\n");
        Assert.Equal("TW", await caller.ReadToEndAsync());
    }

    [Fact]
    public async Task WhatTheApplicationThrewIsKept()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseLines(_ => throw new InvalidTimeZoneException()));
        await using Caller caller = await Caller.ConnectAsync(server);
        await Assert.ThrowsAnyAsync<IOException>(() => caller.AskAsync("one"));
        Assert.Equal(ConnectionEndReason.HandlerFailed, (await server.Connections[0].Ended).Reason);
        Assert.IsType<InvalidTimeZoneException>(server.Connections[0].Failure);
    }

    [Fact]
    public async Task APredicateThatThrowsEndsItsConnectionAndIsKept()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseLines(Shout));
        await using Caller caller = await Caller.ConnectAsync(server);
        using InjectedFault fault = server.Inject(CommandFault.Close, _ => throw new InvalidTimeZoneException());
        await Assert.ThrowsAnyAsync<IOException>(() => caller.AskAsync("one"));
        await server.Connections[0].Ended;
        Assert.IsType<InvalidTimeZoneException>(server.Connections[0].Failure);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task TheTestResetsAConnection(bool onPort)
    {
        await using InProcessServer server = await StartAsync(onPort, p => p.UseLines(Shout));
        await using Caller caller = await Caller.ConnectAsync(server);
        server.Connections[0].Reset();
        await Assert.ThrowsAnyAsync<IOException>(caller.ReadLineAsync);
        Assert.Equal(ConnectionEndReason.Aborted, (await server.Connections[0].Ended).Reason);
    }

    [Fact]
    public async Task DisposingEndsWhatIsHeld()
    {
        InProcessServer server = await InProcessServer.StartAsync(p => p.UseLines(Shout));
        await using Caller stalled = await Caller.ConnectAsync(server);
        await using Caller late = await Caller.ConnectAsync(server);
        server.Inject(CommandFault.Stall, command => command.Text == "a");
        server.Inject(CommandFault.AnswerLate(TimeSpan.FromHours(1)), command => command.Text == "b");
        await stalled.SayAsync("a\r\n");
        await late.SayAsync("b\r\n");
        await server.ReceivedAsync(2);
        await server.DisposeAsync();
        ConnectionEnd[] ends = await Task.WhenAll(server.Connections.Select(connection => connection.Ended));
        Assert.All(ends, end => Assert.Equal(ConnectionEndReason.ServerStopped, end.Reason));
        await Assert.ThrowsAnyAsync<IOException>(stalled.ReadLineAsync);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task NothingRunsInTheContextOfTheTest(bool onPort)
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new NeverContext());
        Task test = UseAsync();
        SynchronizationContext.SetSynchronizationContext(outer);
        await test;

        async Task UseAsync()
        {
            // Each of the server's own methods completes without the context; what awaits it here has left the context first.
            Task<InProcessServer> starting = StartAsync(onPort, p => p.UseLines(Shout));
            await CallerContext.Detach();
            InProcessServer server = await starting;
            SynchronizationContext.SetSynchronizationContext(new NeverContext());
            Task<Caller> calling = Caller.ConnectAsync(server);
            Task<IReadOnlyList<ReceivedCommand>> waiting = server.ReceivedAsync(1);
            Task advancing = server.AdvanceAsync(TimeSpan.FromSeconds(1));
            await CallerContext.Detach();
            await advancing;
            await using (Caller caller = await calling)
            {
                Assert.Equal("ONE", await caller.AskAsync("one"));
            }

            await waiting;
            SynchronizationContext.SetSynchronizationContext(new NeverContext());
            ValueTask disposing = server.DisposeAsync();
            await CallerContext.Detach();
            await disposing;
        }
    }

    private static string? Shout(string line) => line.ToUpperInvariant();

    private static Task<InProcessServer> StartAsync(bool onPort, Action<InProcessServerBuilder> configure) => InProcessServer.StartAsync(p =>
    {
        configure(p);
        _ = onPort ? p.UsePort() : p.UseMemory();
    });

    private sealed class Recorded(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
