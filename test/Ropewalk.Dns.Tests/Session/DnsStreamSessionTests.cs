using System.Buffers;
using System.Net;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Sessions;
using Ropewalk.Testing;
using Ropewalk.Transports;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Session;

public sealed class DnsStreamSessionTests
{
    private static readonly PeerAddress Peer = new(IPAddress.Parse("192.0.2.7"), 1234);

    private readonly StubResponder _responder = new();
    private readonly DnsStreamLimits _limits = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_question_is_answered_when_its_last_byte_has_come(bool oneByteSegments)
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        stream.OneByteSegments = oneByteSegments;
        byte[] asked = Messages.Frame(Messages.Query(1));
        foreach (byte b in asked[..^1])
        {
            stream.Receive([b]);
            Assert.Empty(stream.TakeOutput());
        }

        stream.Receive([asked[^1]]);
        asked[4] |= 0x80;
        Assert.Equal(asked, stream.TakeOutput());
        Assert.Equal(SessionStatusKind.NeedMore, stream.Status.Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10_000)]
    public void Many_questions_in_one_go_are_answered_in_order(int pieceBytes)
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        byte[] asked = Messages.Frame(Enumerable.Range(0, 100).Select(id => Messages.Query((ushort)id, $"a{id}.example.org")));
        foreach (byte[] piece in asked.Chunk(pieceBytes))
        {
            stream.Receive(piece);
        }

        Assert.Equal(Enumerable.Range(0, 100), Messages.Unframe(stream.TakeOutput()).Select(message => (int)Messages.IdOf(message)));
        Assert.Equal(100, stream.Session.MessageCount);
        Assert.Equal(0, stream.UnconsumedBytes);
    }

    [Fact]
    public void The_responder_hears_whence_and_when()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        stream.Advance(TimeSpan.FromSeconds(5));
        stream.Receive(Messages.Frame(Messages.Query(1)));
        Assert.Equal(new MessageOrigin(Peer, DnsTransport.Tls, Messages.Now.AddSeconds(5)) { IdleTimeout = TimeSpan.FromSeconds(30) }, _responder.Origin);
    }

    [Fact]
    public void What_gets_no_answer_takes_no_byte()
    {
        _responder.Unanswered = 2;
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        stream.Receive(Messages.Frame(Messages.Query(1), Messages.Query(2), Messages.Query(3)));
        Assert.Equal([1, 3], Messages.Unframe(stream.TakeOutput()).Select(message => (int)Messages.IdOf(message)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(11)]
    public void A_message_that_is_shorter_than_its_header_ends_the_connection(int length)
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        stream.Receive([.. Messages.Frame(Messages.Query(1)), 0, (byte)length]);
        Assert.Single(Messages.Unframe(stream.TakeOutput()));
        Assert.Equal((ConnectionEndReason.ProtocolViolation, ErrorSide.Remote), (stream.Status.End.Reason, stream.Status.End.Side));
        Assert.Null(stream.NextDeadline);
    }

    [Fact]
    public void The_longest_message_is_taken_and_a_longer_one_than_allowed_ends_the_connection()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        stream.Receive(Messages.Frame(new byte[DnsLimits.MessageBytes]));
        Assert.Equal(DnsLimits.MessageBytes + 2, stream.TakeOutput().Length);

        _limits.MaxMessageBytes = 4096;
        stream.Receive([16, 1]);
        Assert.Equal((ConnectionEndReason.LimitExceeded, ErrorSide.Remote), (stream.Status.End.Reason, stream.Status.End.Side));
        Assert.Equal(1, _responder.Count);
    }

    [Fact]
    public void Who_asks_nothing_is_idle_after_half_a_minute()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        stream.Advance(TimeSpan.FromSeconds(29.9));
        stream.Receive(Messages.Frame(Messages.Query(1)));
        stream.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(stream.IsClosed);
        stream.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(ConnectionEndReason.TimedOut, stream.Status.End.Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(14)]
    public void Half_a_message_has_ten_seconds_however_often_a_byte_of_it_comes(int begun)
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        byte[] asked = Messages.Frame(Messages.Query(1));
        stream.Advance(TimeSpan.FromSeconds(20));
        stream.Receive(asked[..begun]);
        for (int i = 0; i < 9; i++)
        {
            stream.Advance(TimeSpan.FromSeconds(1));
            stream.Receive([asked[begun + i]]);
            Assert.False(stream.IsClosed);
        }

        stream.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(stream.IsClosed);
        stream.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((ConnectionEndReason.TimedOut, ErrorSide.Remote), (stream.Status.End.Reason, stream.Status.End.Side));
        Assert.Empty(stream.TakeOutput());
    }

    [Fact]
    public void Each_message_has_a_time_of_its_own()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        byte[] asked = Messages.Frame(Messages.Query(1));
        for (int i = 0; i < 10; i++)
        {
            // The end of one and the beginning of the next.
            stream.Receive(i == 0 ? asked[..20] : [.. asked[20..], .. asked[..20]]);
            stream.Advance(TimeSpan.FromSeconds(9));
        }

        Assert.Equal(9, Messages.Unframe(stream.TakeOutput()).Count);
        stream.Advance(TimeSpan.FromSeconds(1));
        Assert.True(stream.IsClosed);
    }

    [Theory]
    [InlineData(0, ConnectionEndReason.Completed)]
    [InlineData(1, ConnectionEndReason.ProtocolViolation)]
    [InlineData(20, ConnectionEndReason.ProtocolViolation)]
    public void The_end_of_the_stream_is_in_order_between_messages_only(int begun, ConnectionEndReason reason)
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        byte[] asked = Messages.Frame(Messages.Query(1));
        stream.Receive([.. asked, .. asked[..begun]]);
        stream.ReceiveEnd();
        Assert.Single(Messages.Unframe(stream.TakeOutput()));
        Assert.Equal(reason, stream.Status.End.Reason);
    }

    [Fact]
    public void A_stop_ends_the_connection_between_two_messages()
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin();
        stream.Receive(Messages.Frame(Messages.Query(1)));
        stream.RequestStop();
        Assert.Single(Messages.Unframe(stream.TakeOutput()));
        Assert.Equal(ConnectionEndReason.ServerStopped, stream.Status.End.Reason);
    }

    [Fact]
    public void One_call_writes_no_more_than_a_turn_and_one_answer()
    {
        DnsStreamSession session = new(new StubResponder(4000), null, _limits, new MessageOrigin(Peer, DnsTransport.Tcp, Messages.Now));
        byte[] asked = Messages.Frame(Enumerable.Range(0, 1000).Select(id => Messages.Query((ushort)id)));
        SequenceReader<byte> input = new(new ReadOnlySequence<byte>(asked));
        ArrayBufferWriter<byte> output = new();
        session.Receive(ref input, output, TimeSpan.Zero);
        Assert.InRange(output.WrittenCount, 16 * 1024, 16 * 1024 + 5000);
        Assert.True(input.Remaining > 30_000);
    }

    [Fact]
    public void Ten_thousand_questions_allocate_nothing()
    {
        DnsStreamSession session = new(new AllocationFreeResponder(), null, _limits, new MessageOrigin(Peer, DnsTransport.Tcp, Messages.Now));
        ReadOnlySequence<byte> whole = new(Messages.Frame(Messages.Query(1), Messages.Query(2)));
        ReadOnlySequence<byte> split = SplitSequence.Every(Messages.Frame(Messages.Query(1), Messages.Query(2)), 9);
        ArrayBufferWriter<byte> output = new(4096);
        Exchange(session, whole, split, output, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(session, whole, split, output, 2500);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(4 * 2600, session.MessageCount);
    }

    [Fact]
    public void Any_bytes_in_any_pieces_do_no_harm()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            DrivenSession<DnsStreamSession, DnsStreamEvent> stream = Begin(new StubTransfers(3));
            for (int piece = 0; piece < 50 && !stream.IsClosed; piece++)
            {
                byte[] bytes = new byte[random.Next(1, 200)];
                random.NextBytes(bytes);
                // Short enough that messages become whole.
                byte[] framed = random.Next(3) > 0 && stream.UnconsumedBytes == 0 ? Messages.Frame([.. new byte[12], .. bytes]) : bytes;
                stream.Receive(framed);
                stream.Advance(TimeSpan.FromSeconds(random.Next(3)));
                stream.Act((session, output, now) => session.WriteTransfer(output, now));
            }

            Messages.Unframe(stream.TakeOutput());
            stream.Advance(TimeSpan.FromHours(3));
            Assert.True(stream.IsClosed, $"seed {seed}");
        }
    }

    private static void Exchange(DnsStreamSession session, ReadOnlySequence<byte> whole, ReadOnlySequence<byte> split, ArrayBufferWriter<byte> output, int times)
    {
        for (int i = 0; i < times; i++)
        {
            SequenceReader<byte> first = new(whole), second = new(split);
            session.Receive(ref first, output, TimeSpan.FromMilliseconds(i));
            session.Receive(ref second, output, TimeSpan.FromMilliseconds(i));
            while (session.TryTakeEvent(out _))
            {
            }

            output.ResetWrittenCount();
        }
    }

    private DrivenSession<DnsStreamSession, DnsStreamEvent> Begin(ITransferSource? transfers = null)
    {
        DrivenSession<DnsStreamSession, DnsStreamEvent> stream = new(new DnsStreamSession(_responder, transfers, _limits, new MessageOrigin(Peer, DnsTransport.Tls, Messages.Now)));
        stream.Begin();
        return stream;
    }

    private sealed class AllocationFreeResponder : IMessageResponder
    {
        public int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
        {
            message.CopyTo(response);
            return message.Length;
        }
    }
}
