using System.Buffers;
using System.Text;
using Finger.Session;
using Finger.Wire;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Finger.Tests.Session;

/// <summary>Both machines joined: no task, no socket.</summary>
public sealed class FingerSessionPairTests
{
    public static TheoryData<Delivery> Deliveries => [Delivery.Whole, Delivery.PerLine, Delivery.PerByte];

    [Theory]
    [MemberData(nameof(Deliveries))]
    public void AQueryIsAnswered(Delivery delivery)
    {
        var text = new StringBuilder();
        var pair = Join(FingerQuery.Parse("alice"), text, delivery);
        Assert.Equal("one\r\ntwo: alice\r\n", text.ToString());
        Assert.Equal("C: alice\nS: one\nS: two: alice\n", pair.Conversation);
        Assert.Equal(ConnectionEndReason.Completed, pair.Client.Status.End.Reason);
        Assert.Equal(ConnectionEndReason.Completed, pair.Server.Status.End.Reason);
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public void AForwardedQueryIsRefused(Delivery delivery)
    {
        var text = new StringBuilder();
        var pair = Join(FingerQuery.Parse("alice@elsewhere"), text, delivery);
        Assert.Equal("Finger forwarding service denied\r\n", text.ToString());
        Assert.IsType<FingerServerEvent.Refused>(Assert.Single(pair.Server.Events));
    }

    [Fact]
    public void ASilentServerIsLeftAfterItsTimeout()
    {
        var server = new DrivenSession<FingerServerSession, FingerServerEvent>(new FingerServerSession(new FingerServerLimits()));
        var pair = new SessionPair<FingerClientSession, FingerClientEvent, FingerServerSession, FingerServerEvent>(Client(FingerQuery.Parse("alice"), new StringBuilder()), server);
        pair.Advance(TimeSpan.FromSeconds(59.9));
        Assert.False(pair.Client.IsClosed);
        pair.Server.Act((session, output, _) => session.Answer("still thinking", output));
        pair.Run();
        pair.Advance(TimeSpan.FromSeconds(59.9));
        Assert.False(pair.Client.IsClosed);
        pair.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(ConnectionEndReason.TimedOut, pair.Client.Status.End.Reason);
    }

    [Fact]
    public void AServerThatTricklesIsLeftInTheEnd()
    {
        var server = new DrivenSession<FingerServerSession, FingerServerEvent>(new FingerServerSession(new FingerServerLimits()));
        var pair = new SessionPair<FingerClientSession, FingerClientEvent, FingerServerSession, FingerServerEvent>(Client(FingerQuery.Parse("alice"), new StringBuilder()), server);
        for (int i = 0; i < 10; i++)
        {
            pair.Server.Act((session, output, _) => session.Answer("…", output));
            pair.Run();
            Assert.False(pair.Client.IsClosed);
            pair.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Contains("too long", pair.Client.Status.End.Detail);
    }

    [Fact]
    public void AnEndlessAnswerIsLeftAtTheLimit()
    {
        var server = new DrivenSession<FingerServerSession, FingerServerEvent>(
            new FingerServerSession(new FingerServerLimits()),
            (session, _, output, _) => session.Answer(new string('x', 2000), output));
        var client = new DrivenSession<FingerClientSession, FingerClientEvent>(new FingerClientSession(FingerQuery.List, new FingerClientLimits { MaxAnswerBytes = 1000 }));
        var pair = new SessionPair<FingerClientSession, FingerClientEvent, FingerServerSession, FingerServerEvent>(client, server);
        Assert.Equal(ConnectionEndReason.LimitExceeded, pair.Client.Status.End.Reason);
    }

    private static SessionPair<FingerClientSession, FingerClientEvent, FingerServerSession, FingerServerEvent> Join(FingerQuery query, StringBuilder text, Delivery delivery)
    {
        var server = new DrivenSession<FingerServerSession, FingerServerEvent>(
            new FingerServerSession(new FingerServerLimits()),
            (session, told, output, _) =>
            {
                if (told is FingerServerEvent.Asked asked)
                {
                    session.Answer("one", output);
                    session.Answer($"two: {asked.Query}", output);
                    session.Finish();
                }
            });
        return new(Client(query, text), server, delivery);
    }

    private static DrivenSession<FingerClientSession, FingerClientEvent> Client(FingerQuery query, StringBuilder text) =>
        new(new FingerClientSession(query, new FingerClientLimits()), (_, piece, _, _) => text.Append(Encoding.Latin1.GetString(piece.Bytes)));
}
