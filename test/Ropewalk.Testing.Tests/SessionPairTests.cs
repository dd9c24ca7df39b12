using System.Buffers;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Testing.Tests;

public sealed class SessionPairTests
{
    public static TheoryData<Delivery> Deliveries => [Delivery.Whole, Delivery.PerLine, Delivery.PerByte];

    [Theory]
    [MemberData(nameof(Deliveries))]
    public void TwoSessionsTalkUntilBothAreQuiet(Delivery delivery)
    {
        var pair = Join(delivery);
        pair.Client.Act((_, output, _) => output.Write("NAME x\r\nASK age\r\nNAME y\r\n"u8));
        pair.Run();
        Assert.Equal(["age"], pair.Server.Events);
        Assert.Contains("S: hello x\nS: age? 7\nS: hello y\n", pair.Conversation);
    }

    [Fact]
    public void DeadlinesOfBothPassInTheirOrder()
    {
        var pair = Join(Delivery.Whole);
        pair.Advance(TimeSpan.FromSeconds(30));
        pair.Client.Act((_, output, _) => output.Write("NAME x\r\n"u8));
        pair.Run();
        pair.Advance(TimeSpan.FromSeconds(59));
        Assert.False(pair.Server.IsClosed);
        pair.Advance(TimeSpan.FromSeconds(1));
        Assert.True(pair.Server.IsClosed);
        Assert.True(pair.Client.IsClosed);
        Assert.Equal(TimeSpan.FromSeconds(90), pair.Client.Now);
    }

    [Fact]
    public void AnUpgradeIsMadeWhenBothWantIt()
    {
        var server = new DrivenSession<GreetingSession, string>(new GreetingSession());
        server.Begin();
        server.Receive("UPGRADE\r\n");
        Assert.Equal(SessionStatusKind.Upgrade, server.Status.Kind);
        server.CompleteUpgrade();
        Assert.True(server.Session.Protected);
        Assert.Throws<InvalidOperationException>(server.CompleteUpgrade);
    }

    [Fact]
    public void InputBehindTheRequestToUpgradeIsRefused()
    {
        var server = new DrivenSession<GreetingSession, string>(new GreetingSession());
        server.Begin();
        server.Receive("UPGRADE\r\nNAME slipped\r\n");
        server.CompleteUpgrade();
        Assert.Equal(ConnectionEndReason.ProtocolViolation, server.Status.End.Reason);
        Assert.DoesNotContain("slipped", server.Said);
    }

    [Fact]
    public void APausedSessionLearnsOfTheEndWhenItGoesOn()
    {
        var server = new DrivenSession<GreetingSession, string>(new GreetingSession());
        server.Begin();
        server.Receive("ASK age\r\nNAME x\r\n");
        server.ReceiveEnd();
        Assert.False(server.IsClosed);
        server.Act((session, output, _) => session.Answer("7", output));
        Assert.Equal("hello\r\n7\r\nhello x\r\n", server.Said);
        Assert.True(server.IsClosed);
    }

    [Fact]
    public void AnEventThatOutlivesItsHandlingIsOverwritten()
    {
        var kept = new DrivenSession<KeepingSession, ReadOnlySequence<byte>>(new KeepingSession());
        kept.Begin();
        kept.Receive("abc");
        Assert.Equal([0xDD, 0xDD, 0xDD], kept.Events[0].ToArray());
    }

    [Fact]
    public void ASessionThatSpeaksAfterItsLastWordIsAFault()
    {
        var speaker = new DrivenSession<KeepingSession, ReadOnlySequence<byte>>(new KeepingSession { EndsOutput = true });
        speaker.Begin();
        speaker.Receive("a");
        Assert.True(speaker.OutputEnded);
        Assert.Throws<InvalidOperationException>(() => speaker.Act((_, output, _) => output.Write("more"u8)));
    }

    [Fact]
    public void ASessionWhoseDeadlineStandsStillIsAFault()
    {
        var standing = new DrivenSession<KeepingSession, ReadOnlySequence<byte>>(new KeepingSession());
        standing.Begin();
        Assert.Throws<InvalidOperationException>(() => standing.Advance(TimeSpan.FromSeconds(10)));
    }

    private static SessionPair<SilentSession, string, GreetingSession, string> Join(Delivery delivery) => new(
        new DrivenSession<SilentSession, string>(new SilentSession()),
        new DrivenSession<GreetingSession, string>(new GreetingSession(), (session, asked, output, _) => session.Answer($"{asked}? 7", output)),
        delivery);

    private sealed class SilentSession : ISession<string>
    {
        public TimeSpan? NextDeadline => null;

        public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
        {
            input.AdvanceToEnd();
            return SessionStatus.NeedMore;
        }

        public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.Closed;

        public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.NeedMore;

        public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.Closed;

        public bool TryTakeEvent(out string sessionEvent)
        {
            sessionEvent = "";
            return false;
        }
    }

    private sealed class KeepingSession : ISession<ReadOnlySequence<byte>>
    {
        private ReadOnlySequence<byte>? _told;

        public bool EndsOutput { get; init; }

        public TimeSpan? NextDeadline => TimeSpan.FromSeconds(5);

        public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
        {
            if (!input.End)
            {
                _told = input.UnreadSequence;
                input.AdvanceToEnd();
            }

            return EndsOutput ? SessionStatus.EndOutput : SessionStatus.NeedMore;
        }

        public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.Closed;

        public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.NeedMore;

        public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.Closed;

        public bool TryTakeEvent(out ReadOnlySequence<byte> sessionEvent)
        {
            sessionEvent = _told ?? default;
            bool has = _told is not null;
            _told = null;
            return has;
        }
    }
}
