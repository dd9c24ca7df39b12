using Ping.Session;
using Ping.Wire;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ping.Tests.Session;

public sealed class PingSessionPairTests
{
    public static TheoryData<Delivery> Deliveries => [Delivery.Whole, Delivery.PerLine, Delivery.PerByte];

    [Theory]
    [MemberData(nameof(Deliveries))]
    public void ProbesAreAnsweredInOrder(Delivery delivery)
    {
        var pair = Join(delivery);
        pair.Client.Act((session, output, now) => session.Send("one", output, now));
        pair.Client.Act((session, output, now) => session.Send("two", output, now));
        pair.Run();
        Assert.Equal([new PingReply(PingReplyKind.Pong, "one"), new PingReply(PingReplyKind.Pong, "two")], pair.Client.Events);
        pair.Client.RequestStop();
        pair.Run();
        Assert.Equal(ConnectionEndReason.Completed, pair.Client.Status.End.Reason);
        Assert.Equal(ConnectionEndReason.Completed, pair.Server.Status.End.Reason);
    }

    [Fact]
    public void SilenceEndsTheConversation()
    {
        var pair = Join(Delivery.Whole);
        pair.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(ConnectionEndReason.TimedOut, pair.Server.Status.End.Reason);
        Assert.Equal("S: ERROR silent for too long\n", pair.Conversation);
    }

    private static SessionPair<PingClientSession, PingReply, PingServerSession, PingServerEvent> Join(Delivery delivery) => new(
        new DrivenSession<PingClientSession, PingReply>(new PingClientSession(TimeSpan.FromSeconds(30))),
        new DrivenSession<PingServerSession, PingServerEvent>(
            new PingServerSession(new PingServerLimits()), (session, told, output, now) => session.Answer(told.Token, output, now)),
        delivery);
}
