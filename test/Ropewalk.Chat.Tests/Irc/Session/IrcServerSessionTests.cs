using System.Buffers;
using System.Text;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Sessions;

namespace Ropewalk.Chat.Tests.Irc.Session;

/// <summary>The server's session alone: lines, pace, deadlines.</summary>
public sealed class IrcServerSessionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ArrayBufferWriter<byte> _output = new();

    [Theory]
    [InlineData("a\r\nb\nc\r\n", "a|b|c")]
    [InlineData("\r\n\r\n", "|")]
    [InlineData("half", "")]
    [InlineData("a\rb\r\n", "a\rb")]
    public void LinesAreCutHoweverTheyCome(string input, string lines)
    {
        Assert.Equal(lines, string.Join('|', Feed(Begin(), input, input.Length)));
        Assert.Equal(lines, string.Join('|', Feed(Begin(), input, 1)));
    }

    [Fact]
    public void AnOverlongLineIsToldOnce()
    {
        IrcServerSession session = Begin();
        Assert.Equal(["<Overlong>", "next"], Feed(session, new string('x', 20_000) + "\r\nnext\r\n", 1000));
    }

    [Fact]
    public void WhatIsChargedBeyondTheAllowancePauses()
    {
        IrcServerSession session = Begin();
        for (int i = 0; i < 10; i++)
        {
            session.Charge(Second, TimeSpan.Zero);
            Assert.Equal(SessionStatusKind.NeedMore, Poll(session, TimeSpan.Zero).Kind);
        }

        session.Charge(Second, TimeSpan.Zero);
        Assert.Empty(Feed(session, "a\r\nb\r\nhal", 3));
        Assert.Equal(Second, session.NextDeadline);
        Assert.Empty(Feed(session, "f\r\n", 100, Second - TimeSpan.FromTicks(1)));
        session.OnDeadline(_output, Second);
        Assert.NotEqual(Second, session.NextDeadline);
        Assert.Equal(["a", "b", "half", "d"], Feed(session, "d\r\n", 1, Second));
        Assert.Equal(0, _output.WrittenCount);
    }

    [Fact]
    public void PenaltiesThatWerePaidAreForgotten()
    {
        IrcServerSession session = Begin();
        session.Charge(TimeSpan.FromSeconds(10), TimeSpan.Zero);
        session.Charge(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(50));
        Assert.Equal(SessionStatusKind.NeedMore, Poll(session, TimeSpan.FromSeconds(50)).Kind);
    }

    [Fact]
    public void WithoutAnAllowanceNothingIsCharged()
    {
        IrcServerSession session = Begin(new IrcConnectionClass { FloodAllowance = TimeSpan.Zero });
        session.Charge(TimeSpan.FromHours(1), TimeSpan.Zero);
        Assert.Equal(SessionStatusKind.NeedMore, Poll(session, TimeSpan.Zero).Kind);
    }

    [Fact]
    public void TheRegistrationHasADeadlineThatTalkingDoesNotMove()
    {
        IrcServerSession session = Begin();
        Feed(session, "CAP LS\r\n", 100, TimeSpan.FromSeconds(59));
        Assert.Equal(TimeSpan.FromSeconds(60), session.NextDeadline);
        Assert.Equal(SessionStatusKind.Closed, session.OnDeadline(_output, TimeSpan.FromSeconds(60)).Kind);
        Assert.Equal("ERROR :Closing link: [Registration timeout: 60 seconds]\r\n", Encoding.ASCII.GetString(_output.WrittenSpan));
        Assert.True(session.TryTakeEvent(out IrcServerEvent told));
        Assert.Equal(IrcServerEventKind.TimedOut, told.Kind);
        Assert.Null(session.NextDeadline);
    }

    [Fact]
    public void SilenceIsPingedAndEndedAndALineBreaksIt()
    {
        IrcServerSession session = Begin();
        session.OnRegistered(Second);
        Assert.Equal(TimeSpan.FromSeconds(121), session.NextDeadline);
        session.OnDeadline(_output, TimeSpan.FromSeconds(121));
        Assert.Equal("PING :irc.test\r\n", Encoding.ASCII.GetString(_output.WrittenSpan));
        Feed(session, "PONG x\r\n", 100, TimeSpan.FromSeconds(180));
        Assert.Equal(TimeSpan.FromSeconds(300), session.NextDeadline);
        session.OnDeadline(_output, TimeSpan.FromSeconds(300));
        Assert.Equal(TimeSpan.FromSeconds(360), session.NextDeadline);
        SessionStatus status = session.OnDeadline(_output, TimeSpan.FromSeconds(360));
        Assert.Equal((SessionStatusKind.Closed, "Ping timeout: 180 seconds"), (status.Kind, session.EndReason));
    }

    [Fact]
    public void AStopAndAnEndAreSaidOnce()
    {
        IrcServerSession session = Begin();
        Assert.Equal(SessionStatusKind.Closed, session.RequestStop(_output, Second).Kind);
        int written = _output.WrittenCount;
        session.RequestStop(_output, Second);
        session.ReceiveEnd(_output, Second);
        session.End("again");
        Assert.Equal(written, _output.WrittenCount);
        Assert.True(session.IsClosed);
        Assert.Equal("ERROR :Closing link: [The server is stopping]\r\n", Encoding.ASCII.GetString(_output.WrittenSpan));
    }

    private IrcServerSession Begin(IrcConnectionClass? connectionClass = null)
    {
        var session = new IrcServerSession(connectionClass ?? new IrcConnectionClass(), "PING :irc.test\r\n"u8.ToArray());
        session.Begin(_output, TimeSpan.Zero);
        return session;
    }

    private SessionStatus Poll(IrcServerSession session, TimeSpan now)
    {
        var reader = new SequenceReader<byte>(default);
        return session.Receive(ref reader, _output, now);
    }

    private List<string> Feed(IrcServerSession session, string input, int pieceBytes, TimeSpan now = default)
    {
        var lines = new List<string>();
        byte[] left = [];
        foreach (byte[] piece in Encoding.ASCII.GetBytes(input).Chunk(pieceBytes))
        {
            left = [.. left, .. piece];
            bool goesOn = true;
            while (goesOn)
            {
                var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(left));
                session.Receive(ref reader, _output, now);
                goesOn = session.TryTakeEvent(out IrcServerEvent told);
                if (goesOn)
                {
                    lines.Add(told.Kind == IrcServerEventKind.Line ? Encoding.ASCII.GetString(told.Line) : $"<{told.Kind}>");
                }

                left = left[(int)reader.Consumed..];
            }
        }

        return lines;
    }
}
