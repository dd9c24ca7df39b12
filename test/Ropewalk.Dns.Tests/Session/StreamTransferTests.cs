using System.Net;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Sessions;
using Ropewalk.Testing;
using Ropewalk.Transports;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>Transfers on a stream: one message a turn, beside the questions.</summary>
public sealed class StreamTransferTests
{
    private readonly DnsStreamLimits _limits = new();

    [Fact]
    public void A_transfer_is_written_message_by_message_and_questions_overtake_it()
    {
        StubTransfers transfers = new(3);
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(transfers);
        stream.Receive(Messages.Frame(StubTransfers.Ask(1), Messages.Query(2)));
        Assert.Equal([2], Ids(stream));
        Assert.Equal([DnsStreamEventKind.TransferBegun, DnsStreamEventKind.TransferWaits], stream.Events.Select(told => told.Kind));

        Write(stream);
        Assert.Equal([1], Ids(stream));
        stream.Receive(Messages.Frame(Messages.Query(3)));
        Assert.Equal([3], Ids(stream));
        Write(stream);
        Write(stream);
        stream.Receive(Messages.Frame(Messages.Query(4)));
        Assert.Equal([1, 1, 4], Ids(stream));
        Assert.Equal(DnsStreamEventKind.TransferComplete, stream.Events[^1].Kind);
        Assert.Equal(3, stream.Events.Count(told => told.Kind == DnsStreamEventKind.TransferWaits));
        Assert.Equal((0, 0), (transfers.Open, stream.Session.TransferCount));
    }

    [Fact]
    public void A_refusal_is_answered_each_time_and_told_once()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(new StubTransfers(1) { Refusal = DnsResponseCode.BadKey });
        stream.Receive(Messages.Frame(StubTransfers.Ask(1), StubTransfers.Ask(2), Messages.Query(3)));
        stream.Receive(Messages.Frame(StubTransfers.Ask(4)));
        Assert.Equal([1, 2, 3, 4], Ids(stream));
        RefusedTransfer refused = new(DomainName.Parse("www.example.org"), DnsType.AXFR, null, TransferRefusal.None);
        Assert.Equal(new DnsStreamEvent(DnsStreamEventKind.TransferRefused, ResponseCode: DnsResponseCode.BadKey, Refused: refused), Assert.Single(stream.Events));
        Assert.Equal(SessionStatusKind.NeedMore, stream.Status.Kind);
    }

    [Fact]
    public void One_turn_is_asked_for_at_a_time()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(new StubTransfers(3));
        stream.Receive(Messages.Frame(StubTransfers.Ask(1), StubTransfers.Ask(2)));
        stream.Receive(Messages.Frame(Messages.Query(3)));
        stream.Receive(Messages.Frame(Messages.Query(4)));
        Assert.Equal(1, stream.Events.Count(told => told.Kind == DnsStreamEventKind.TransferWaits));
        Assert.Equal([3, 4], Ids(stream));
    }

    [Fact]
    public void Transfers_take_turns()
    {
        StubTransfers transfers = new(2);
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(transfers);
        stream.Receive(Messages.Frame(StubTransfers.Ask(1), StubTransfers.Ask(2), StubTransfers.Ask(3)));
        for (int i = 0; i < 6; i++)
        {
            Write(stream);
        }

        Assert.Equal([1, 2, 3, 1, 2, 3], Ids(stream));
        Assert.Equal(0, transfers.Open);
    }

    [Fact]
    public void Over_the_most_transfers_nothing_more_is_read_until_one_is_complete()
    {
        _limits.MaxTransfers = 2;
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(new StubTransfers(1));
        stream.Receive(Messages.Frame(StubTransfers.Ask(1), StubTransfers.Ask(2), StubTransfers.Ask(3), Messages.Query(4)));
        Assert.Equal(SessionStatusKind.Paused, stream.Status.Kind);
        Assert.Equal(2, stream.Session.TransferCount);
        Assert.Empty(Ids(stream));

        // What waits is not the client's fault: no deadline but the transfers' own.
        Assert.Equal(TimeSpan.FromHours(2), stream.NextDeadline);
        Write(stream);
        Assert.Equal(SessionStatusKind.Paused, stream.Status.Kind);
        Write(stream);
        Assert.Equal(SessionStatusKind.NeedMore, stream.Status.Kind);
        Write(stream);
        Assert.Equal([1, 2, 4, 3], Ids(stream));
    }

    [Fact]
    public void Who_is_sent_a_zone_is_not_idle_and_has_two_hours()
    {
        StubTransfers transfers = new(100);
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(transfers);
        stream.Receive(Messages.Frame(StubTransfers.Ask(1)));
        stream.Advance(TimeSpan.FromMinutes(119.9));
        Write(stream);
        Assert.Equal(Messages.Now + stream.Now, transfers.LastTime);
        Assert.False(stream.IsClosed);
        stream.Advance(TimeSpan.FromMinutes(0.1));
        Assert.Equal(ConnectionEndReason.TimedOut, stream.Status.End.Reason);
        Assert.Equal(1, transfers.Open);
        stream.Session.Dispose();
        Assert.Equal(0, transfers.Open);
    }

    [Fact]
    public void After_its_end_the_idle_time_begins()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(new StubTransfers(2));
        stream.Receive(Messages.Frame(StubTransfers.Ask(1)));
        stream.Advance(TimeSpan.FromMinutes(10));
        Write(stream);
        Write(stream);
        stream.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(stream.IsClosed);
        stream.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(stream.IsClosed);
    }

    [Fact]
    public void Half_a_message_beside_a_transfer_ends_both()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(new StubTransfers(100));
        stream.Receive([.. Messages.Frame(StubTransfers.Ask(1)), 0]);
        stream.Advance(TimeSpan.FromSeconds(10));
        Assert.True(stream.IsClosed);
        Assert.Contains("half a message", stream.Status.End.Detail);
    }

    [Fact]
    public void The_end_of_the_input_waits_for_the_end_of_the_transfer()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(new StubTransfers(2));
        stream.Receive(Messages.Frame(StubTransfers.Ask(1)));
        stream.ReceiveEnd();
        Write(stream);
        Assert.False(stream.IsClosed);
        Write(stream);
        Assert.Equal(ConnectionEndReason.Completed, stream.Status.End.Reason);
        Assert.Equal([1, 1], Ids(stream));
    }

    [Fact]
    public void A_stop_lets_a_transfer_end_and_answers_nothing_more()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(new StubTransfers(2));
        stream.Receive(Messages.Frame(StubTransfers.Ask(1)));
        stream.RequestStop();
        stream.Receive(Messages.Frame(Messages.Query(2)));
        Assert.Equal(SessionStatusKind.Paused, stream.Status.Kind);
        Write(stream);
        Write(stream);
        Assert.Equal(ConnectionEndReason.ServerStopped, stream.Status.End.Reason);
        Assert.Equal([1, 1], Ids(stream));
    }

    [Fact]
    public void A_message_that_cannot_be_made_ends_the_connection_and_no_whole_zone_has_come()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(new StubTransfers(3) { Broken = 1 });
        stream.Receive(Messages.Frame(StubTransfers.Ask(1)));
        Write(stream);
        Write(stream);
        Assert.Equal(ConnectionEndReason.HandlerFailed, stream.Status.End.Reason);
        Assert.Equal([1], Ids(stream));
        Assert.DoesNotContain(stream.Events, told => told.Kind == DnsStreamEventKind.TransferComplete);
    }

    private static void Write(DrivenSession<DnsStreamSession, DnsStreamEvent> stream) => stream.Act((session, output, now) => session.WriteTransfer(output, now));

    private static IEnumerable<int> Ids(DrivenSession<DnsStreamSession, DnsStreamEvent> stream) =>
        Messages.Unframe(stream.TakeOutput()).Select(message => (int)Messages.IdOf(message));

    private DrivenSession<DnsStreamSession, DnsStreamEvent> Begin(StubTransfers transfers)
    {
        MessageOrigin origin = new(new PeerAddress(IPAddress.Loopback, 53), DnsTransport.Tcp, Messages.Now);
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = new(new DnsStreamSession(new StubResponder(), transfers, _limits, origin));
        stream.Begin();
        return stream;
    }
}
