using System.Buffers;
using Finger.Session;
using Finger.Wire;
using Ropewalk.Sessions;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Finger.Tests.Session;

public sealed class FingerServerSessionTests
{
    [Fact]
    public void AQueryIsToldOnceAndAnsweredInPieces()
    {
        var server = Begin();
        server.ReceivePerByte("/W alice\r\n");
        Assert.Equal([new FingerServerEvent.Asked(FingerQuery.Parse("alice", isVerbose: true))], server.Events);
        Assert.Equal(SessionStatusKind.Paused, server.Status.Kind);
        server.Act((session, output, _) => session.Answer("one", output));
        server.Act((session, output, _) => session.Answer("two\nthree", output));
        Assert.False(server.IsClosed);
        server.Act((session, _, _) => session.Finish());
        Assert.Equal("one\r\ntwo\r\nthree\r\n", server.Said);
        Assert.Equal(ConnectionEndReason.Completed, server.Status.End.Reason);
    }

    [Fact]
    public void WhatIsBehindTheQueryIsNotAnswered()
    {
        var server = Begin();
        server.Receive("alice\r\nbob\r\n");
        server.Act((session, output, _) => session.Answer("x", output));
        server.Act((session, _, _) => session.Finish());
        Assert.Single(server.Events);
    }

    [Fact]
    public void AClientThatEndsItsOutputGetsItsAnswer()
    {
        var server = Begin();
        server.Receive("alice\r\n");
        server.ReceiveEnd();
        Assert.False(server.IsClosed);
        server.Act((session, output, _) => session.Answer("x", output));
        server.Act((session, _, _) => session.Finish());
        Assert.Equal("x\r\n", server.Said);
        Assert.Equal(ConnectionEndReason.Completed, server.Status.End.Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ali")]
    public void HalfAQueryIsNone(string half)
    {
        var server = Begin();
        server.Receive(half);
        server.ReceiveEnd();
        Assert.Equal([new FingerServerEvent.Broken(FingerViolation.Unfinished)], server.Events);
        Assert.Equal(ConnectionEndReason.ProtocolViolation, server.Status.End.Reason);
        Assert.Equal("", server.Said);
    }

    [Fact]
    public void AnAnswerWithoutAQueryIsAFault()
    {
        var server = Begin();
        Assert.Throws<InvalidOperationException>(() => server.Act((session, output, _) => session.Answer("x", output)));
    }

    [Fact]
    public void AStopTellsWhoHasNotAskedAndLetsAnAnswerEnd()
    {
        var waiting = Begin();
        waiting.RequestStop();
        Assert.Equal("Finger service is stopping\r\n", waiting.Said);
        Assert.Equal(ConnectionEndReason.ServerStopped, waiting.Status.End.Reason);

        var answering = Begin();
        answering.Receive("alice\r\n");
        answering.RequestStop();
        Assert.False(answering.IsClosed);
        answering.Act((session, _, _) => session.Finish());
        Assert.Equal(ConnectionEndReason.Completed, answering.Status.End.Reason);
    }

    [Fact]
    public void TheDeadlineIsForTheQueryOnly()
    {
        var slow = Begin();
        slow.Advance(TimeSpan.FromSeconds(59));
        slow.Receive("a");
        slow.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Finger query timed out\r\n", slow.Said);
        Assert.Equal(ConnectionEndReason.TimedOut, slow.Status.End.Reason);

        var answering = Begin();
        answering.Receive("alice\r\n");
        answering.Advance(TimeSpan.FromDays(1));
        Assert.False(answering.IsClosed);
    }

    private static DrivenSession<FingerServerSession, FingerServerEvent> Begin(FingerServerLimits? limits = null)
    {
        var driven = new DrivenSession<FingerServerSession, FingerServerEvent>(new FingerServerSession(limits ?? new FingerServerLimits()));
        driven.Begin();
        return driven;
    }
}
