using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Diagnostics;
using Ropewalk.Sessions;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Sessions;

public sealed class SessionHandlerTests
{
    public sealed class Receiving
    {
        [Fact]
        public async Task LinesAreToldInOrderAndAnsweredInOneWrite()
        {
            var handler = new LineHandler { Make = () => new LineSession(greeting: "welcome") };
            await using var peer = new Peer(handler);
            await peer.HearAsync("welcome\r\n");
            await peer.SayAsync("one\r\ntwo\r\nthree\r\nun");
            await peer.HearAsync("one\r\ntwo\r\nthree\r\n");
            await peer.SayAsync("finished\r\n");
            await peer.HearAsync("unfinished\r\n");
        }

        [Fact]
        public async Task AHalfLineOutlivesAPostAndATimer()
        {
            var time = new VirtualTime();
            var handler = new LineHandler(new SessionOptions { TimeProvider = time }) { Make = () => new LineSession(idle: TimeSpan.FromSeconds(60)) };
            await using var peer = new Peer(handler);
            await peer.SayAsync("ha");
            await peer.QuietAsync();
            await (await handler.Begun).Port.InvokeAsync(turn => turn.Session.Say("posted", turn.Output));
            await peer.HearAsync("posted\r\n");
            await peer.SayAsync("lf\r\n");
            await peer.HearAsync("half\r\n");
        }

        [Fact]
        public async Task TheEndIsToldAfterEverythingBeforeIt()
        {
            var handler = new LineHandler();
            await using var peer = new Peer(handler);
            await peer.SayAsync("one\r\ntwo\r\n");
            await peer.EndAsync();
            await peer.HearEndAsync("one\r\ntwo\r\n");
            Assert.Equal(ConnectionEndReason.Completed, (await handler.Ended).Reason);
            Assert.True((await handler.Begun).Session.EndReceived);
            await peer.Serving;
        }

        [Fact]
        public async Task ASessionThatOutlivesThePeersEndCanStillAnswer()
        {
            var handler = new LineHandler { Make = () => new LineSession { OutlivesEnd = true } };
            await using var peer = new Peer(handler);
            await peer.EndAsync();
            await peer.QuietAsync();
            SessionTurn<LineSession> turn = await handler.Begun;
            await turn.Port.InvokeAsync(t => t.Session.Say("late", t.Output));
            await peer.HearAsync("late\r\n");
            turn.Port.RequestStop();
            await peer.HearEndAsync("stopping\r\n");
        }

        [Fact]
        public async Task APausedSessionIsNotReadAndThePeerFeelsIt()
        {
            var handler = new LineHandler();
            await using var peer = new Peer(handler, linkCapacityBytes: 1024);
            await peer.SayAsync("HOLD\r\n");
            await peer.HearAsync("HOLD\r\n");
            int calls = (await handler.Begun).Session.Calls;
            Task saying = peer.SayAsync(new string('x', 400_000).Replace("xxxxxxxxxx", "12345678\r\n"));
            await peer.QuietAsync();
            Assert.False(saying.IsCompleted);
            Assert.InRange(peer.Served.Features.Get<IBufferUseFeature>()!.InputBytes, 0, 128 * 1024);
            Assert.InRange((await handler.Begun).Session.Calls - calls, 0, 2);

            await (await handler.Begun).Port.InvokeAsync(turn => turn.Session.Resume());
            string heard = await peer.HearAsync(400_000);
            Assert.Equal(40_000, heard.Split("12345678\r\n").Length - 1);
            await saying;
        }

        [Fact]
        public async Task WhatMakesNoMessageIsBounded()
        {
            var handler = new LineHandler(new SessionOptions { MaxUnconsumedBytes = 10_000 }) { Make = () => new LineSession { Hoards = true } };
            await using var peer = new Peer(handler);
            await peer.SayAsync(new string('x', 10_001));
            await peer.EndAsync();
            ConnectionEnd end = await handler.Ended;
            Assert.Equal((ConnectionEndReason.LimitExceeded, ErrorSide.Remote), (end.Reason, end.Side));
        }

        [Fact]
        public async Task APeersResetIsAnEndAndNoException()
        {
            var handler = new LineHandler();
            await using var peer = new Peer(handler);
            await peer.SayAsync("one\r\n");
            await peer.HearAsync("one\r\n");
            peer.Connection.Abort();
            Assert.Equal((ConnectionEndReason.PeerReset, ErrorSide.Remote), ((await handler.Ended).Reason, (await handler.Ended).Side));
            await peer.Serving;
        }

        [Fact]
        public async Task APausedSessionLearnsOfTheReset()
        {
            var handler = new LineHandler();
            await using var peer = new Peer(handler);
            await peer.SayAsync("HOLD\r\n");
            await peer.HearAsync("HOLD\r\n");
            peer.Connection.Abort();
            Assert.Equal(ConnectionEndReason.PeerReset, (await handler.Ended).Reason);
        }
    }

    public sealed class Handling
    {
        [Fact]
        public async Task WhileAnEventIsHandledTheSessionHearsNothing()
        {
            var gate = new TaskCompletionSource();
            var time = new VirtualTime();
            var handler = new LineHandler(new SessionOptions { TimeProvider = time })
            {
                Make = () => new LineSession(idle: TimeSpan.FromSeconds(60)),
                Handle = async (line, turn) =>
                {
                    if (line.Text == "wait")
                    {
                        await gate.Task;
                    }

                    // The slice is still there after the wait.
                    turn.Session.Say($"<{line.Text}>", turn.Output);
                },
            };
            await using var peer = new Peer(handler);
            await peer.SayAsync("wait\r\nnext\r\n");
            await peer.QuietAsync();
            time.Advance(TimeSpan.FromSeconds(50));
            SessionTurn<LineSession> turn = await handler.Begun;
            Assert.True(turn.Port.TryPost((t, _) => t.Session.Say("posted", t.Output), ""));
            await peer.HearNothingAsync();
            gate.SetResult();
            await peer.HearAsync("<wait>\r\n<next>\r\nposted\r\n");
        }

        [Fact]
        public async Task ADeadlineThatPassesWhileThePeersNextMessageIsThereDoesNotHurtIt()
        {
            var gate = new TaskCompletionSource();
            var time = new VirtualTime();
            var handler = new LineHandler(new SessionOptions { TimeProvider = time })
            {
                Make = () => new LineSession(idle: TimeSpan.FromSeconds(60)),
                Handle = async (line, turn) =>
                {
                    await (line.Text == "wait" ? gate.Task : Task.CompletedTask);
                    turn.Session.Say(line.Text, turn.Output);
                },
            };
            await using var peer = new Peer(handler);
            await peer.SayAsync("wait\r\nnext\r\n");
            await peer.QuietAsync();
            time.Advance(TimeSpan.FromSeconds(100));
            gate.SetResult();
            await peer.HearAsync("wait\r\nnext\r\n");
            await peer.HearNothingAsync();
        }

        [Fact]
        public async Task AHandlerMaySendALargeAnswerInPiecesWithBackpressure()
        {
            const int Pieces = 200;
            long most = 0;
            var handler = new LineHandler
            {
                Handle = async (_, turn) =>
                {
                    string piece = new('p', 9_998);
                    for (int i = 0; i < Pieces; i++)
                    {
                        turn.Session.Say(piece, turn.Output);
                        await turn.FlushAsync();
                        most = Math.Max(most, turn.Connection.Features.Get<IBufferUseFeature>()!.OutputBytes);
                    }
                },
            };
            await using var peer = new Peer(handler);
            await peer.SayAsync("go\r\n");
            for (int i = 0; i < Pieces; i++)
            {
                Assert.EndsWith("pp\r\n", await peer.HearAsync(10_000));
            }

            Assert.InRange(most, 1, 200_000);
        }

        [Fact]
        public async Task ManyAnswersAreSentBeforeTheyFillMemory()
        {
            long most = 0;
            var handler = new LineHandler
            {
                Handle = (line, turn) =>
                {
                    most = Math.Max(most, turn.Connection.Features.Get<IBufferUseFeature>()!.OutputBytes);
                    turn.Session.Say(new string('a', 10_000), turn.Output);
                    return default;
                },
            };
            await using var peer = new Peer(handler);
            // 300 requests of 3 bytes arrive at once; their answers are 3 MB.
            await peer.SayAsync(string.Concat(Enumerable.Repeat("a\r\n", 300)));
            await peer.QuietAsync();
            for (int i = 0; i < 300; i++)
            {
                Assert.EndsWith("aa\r\n", await peer.HearAsync(10_002));
            }

            Assert.InRange(most, 1, 300_000);
        }

        [Fact]
        public async Task WhatAHandlerThrowsIsThrownAndTheEndIsTold()
        {
            var handler = new LineHandler { Handle = (_, _) => throw new InvalidOperationException("broken") };
            await using var peer = new Peer(handler);
            await peer.SayAsync("one\r\n");
            Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => peer.Serving)).Message);
            Assert.Equal(ConnectionEndReason.HandlerFailed, (await handler.Ended).Reason);
        }

        [Fact]
        public async Task AHandlersResetOfAnotherConnectionIsItsOwnFailure()
        {
            var handler = new LineHandler { Handle = (_, _) => throw new ConnectionResetException("the backend's") };
            await using var peer = new Peer(handler);
            await peer.SayAsync("one\r\n");
            await Assert.ThrowsAsync<ConnectionResetException>(() => peer.Serving);
        }
    }

    public sealed class Ending
    {
        [Fact]
        public async Task TheLastWordEndsTheOutputAndTheInputGoesOn()
        {
            var handler = new LineHandler();
            await using var peer = new Peer(handler);
            await peer.SayAsync("LAST\r\n");
            await peer.HearEndAsync("last\r\nLAST\r\n");
            Assert.False(handler.Ended.IsCompleted);
            await peer.SayAsync("more\r\n");
            await peer.QuietAsync();
            Assert.False((await handler.Begun).Session.EndReceived);
            await peer.EndAsync();
            Assert.Equal(ConnectionEndReason.Completed, (await handler.Ended).Reason);
            Assert.True((await handler.Begun).Session.EndReceived);
        }

        [Fact]
        public async Task TheReasonIsTheSessionsAndItsLastWordsAreSent()
        {
            var handler = new LineHandler();
            await using var peer = new Peer(handler);
            // What is behind the violation is dropped, and must not turn the last words into a reset.
            await peer.SayAsync("BAD\r\nmore\r\nand more\r\n");
            await peer.HearEndAsync("bad\r\nBAD\r\n");
            await peer.EndAsync();
            ConnectionEnd end = await handler.Ended;
            Assert.Equal((ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, "BAD"), (end.Reason, end.Side, end.Detail));
            await peer.Serving;
            Assert.Equal(end, peer.Served.Features.Get<IConnectionEndFeature>()!.End);
        }

        [Fact]
        public async Task APeerThatNeverEndsIsLeftAfterTheLinger()
        {
            var time = new VirtualTime();
            var handler = new LineHandler(new SessionOptions { TimeProvider = time });
            await using var peer = new Peer(handler);
            await peer.SayAsync("QUIT\r\n");
            await peer.HearEndAsync("bye\r\nQUIT\r\n");
            await peer.SayAsync("and another thing\r\n");
            await peer.QuietAsync();
            time.Advance(TimeSpan.FromSeconds(4.9));
            await peer.QuietAsync();
            Assert.False(handler.Ended.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(0.2));
            Assert.Equal(ConnectionEndReason.Completed, (await handler.Ended).Reason);
        }

        [Fact]
        public async Task ARequestToStopIsSaidInTheProtocolsWords()
        {
            var handler = new LineHandler();
            await using var peer = new Peer(handler);
            await peer.SayAsync("one\r\n");
            await peer.HearAsync("one\r\n");
            peer.Served.Features.Get<IConnectionLifetimeNotificationFeature>()!.RequestClose();
            await peer.HearEndAsync("stopping\r\n");
            await peer.EndAsync();
            Assert.Equal(ConnectionEndReason.Completed, (await handler.Ended).Reason);
        }

        [Fact]
        public async Task APausedSessionIsStoppedToo()
        {
            var handler = new LineHandler();
            await using var peer = new Peer(handler);
            await peer.SayAsync("HOLD\r\n");
            await peer.HearAsync("HOLD\r\n");
            peer.Served.Features.Get<IConnectionLifetimeNotificationFeature>()!.RequestClose();
            await peer.HearEndAsync("stopping\r\n");
        }

        [Fact]
        public async Task APeerThatTakesNothingIsAbortedAfterTheFlushTimeout()
        {
            var time = new VirtualTime();
            var handler = new LineHandler(new SessionOptions { TimeProvider = time })
            {
                Handle = async (_, turn) =>
                {
                    turn.Session.Say(new string('x', 90_000), turn.Output);
                    await turn.FlushAsync();
                    turn.Session.Say(new string('x', 90_000), turn.Output);
                },
            };
            await using var peer = new Peer(handler, linkCapacityBytes: 1000);
            await peer.SayAsync("go\r\n");
            await peer.QuietAsync();
            time.Advance(TimeSpan.FromSeconds(59.9));
            await peer.QuietAsync();
            Assert.False(handler.Ended.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(0.1));
            ConnectionEnd end = await handler.Ended;
            Assert.Equal((ConnectionEndReason.TimedOut, ErrorSide.Remote), (end.Reason, end.Side));
            await peer.Serving;
        }
    }

    public sealed class Time
    {
        public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 12)];

        [Theory]
        [MemberData(nameof(Seeds))]
        public async Task ADeadlineIsToldAtItsTime(int seed)
        {
            var time = new VirtualTime(seed);
            var handler = new LineHandler(new SessionOptions { TimeProvider = time }) { Make = () => new LineSession(idle: TimeSpan.FromSeconds(60)) };
            await using var peer = new Peer(handler);
            await peer.QuietAsync();
            time.Advance(TimeSpan.FromSeconds(59.9));
            await peer.HearNothingAsync();
            time.Advance(TimeSpan.FromSeconds(0.1));
            await peer.HearEndAsync("too slow\r\n");
            await peer.EndAsync();
            Assert.Equal(ConnectionEndReason.TimedOut, (await handler.Ended).Reason);
        }

        [Fact]
        public async Task ADeadlineThatMovesLaterKeepsOneTimer()
        {
            var time = new VirtualTime();
            var handler = new LineHandler(new SessionOptions { TimeProvider = time }) { Make = () => new LineSession(idle: TimeSpan.FromSeconds(60)) };
            await using var peer = new Peer(handler);
            int fired = 0;
            for (int i = 0; i < 600; i++)
            {
                fired += time.Advance(TimeSpan.FromSeconds(1));
                await peer.SayAsync("again\r\n");
                await peer.HearAsync("again\r\n");
                Assert.Equal(1, time.ArmedTimers);
            }

            // 600 messages in ten minutes: about one firing a minute, not one arming a message.
            Assert.InRange(fired, 9, 11);
            await peer.QuietAsync();
            time.Advance(TimeSpan.FromSeconds(59.9));
            await peer.HearNothingAsync();
            time.Advance(TimeSpan.FromSeconds(0.2));
            await peer.HearEndAsync("too slow\r\n");
        }

        [Fact]
        public async Task ASessionThatLeavesItsDeadlineIsAFault()
        {
            var time = new VirtualTime();
            var handler = new LineHandler(new SessionOptions { TimeProvider = time }) { Make = () => new LineSession(idle: TimeSpan.FromSeconds(60)) { ForgetsDeadline = true } };
            await using var peer = new Peer(handler);
            await peer.QuietAsync();
            time.Advance(TimeSpan.FromSeconds(60));
            await Assert.ThrowsAsync<InvalidOperationException>(() => peer.Serving);
        }
    }
}
