using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Session;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server;

/// <summary>Answers the datagrams of a port: the thin shell around an <see cref="IMessageResponder"/>.</summary>
/// <remarks>Nothing is allocated, and nothing waits. <b>Call</b>: <see cref="Handle"/> by a datagram port, on the workers' own threads.</remarks>
public sealed class DnsDatagramHandler
{
    private readonly IMessageResponder _responder;
    private readonly TimeProvider _time;
    private readonly DnsStatistics? _statistics;
    private readonly IMessageResponder _countedResponder;

    /// <summary>Makes a handler.</summary>
    /// <param name="responder">Answers messages.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="statistics">Counts what is answered; null for nothing.</param>
    public DnsDatagramHandler(IMessageResponder responder, TimeProvider? time = null, DnsStatistics? statistics = null)
    {
        ArgumentNullException.ThrowIfNull(responder);
        _responder = responder;
        _time = time ?? TimeProvider.System;
        _statistics = statistics;
        _countedResponder = statistics is null ? responder : new CountedResponder(responder, null, statistics, _time);
    }

    /// <summary>Answers a batch. It is a <see cref="DatagramHandler"/>.</summary>
    public void Handle(ref DatagramBatch batch)
    {
        // Cookies and signatures count in seconds: one look at the clock is enough for all.
        DateTimeOffset now = _time.GetUtcNow();
        QueryTally? tally = _statistics?.Enter(batch.Port, batch.Worker);
        int sampled = tally is null ? -1 : tally.TakeSample(batch.Count);
        IMessageResponder responder = tally is null ? _countedResponder : _responder;
        int count = 0, first = -1;
        for (int i = 0; i < batch.Count; i++)
        {
            Datagram datagram = batch[i];
            if (datagram.IsTruncated)
            {
                // A question of more than the port takes is none.
                continue;
            }

            ReadOnlySpan<byte> message = datagram.Payload;
            Span<byte> response = batch.GetReply(i, batch.MaxReplyBytes);
            var origin = new MessageOrigin(datagram.Peer, DnsTransport.Udp, now);
            int length = i == sampled ? RespondAndTell(message, origin, response) : responder.Respond(message, origin, response);
            tally?.Count(message, response[..length]);
            if (length > 0)
            {
                batch.Reply(i, length);
            }

            first = count++ == 0 ? i : first;
        }

        if (tally is not null && count > 0)
        {
            Datagram datagram = batch[first];
            tally.CountBatch(DnsTransport.Udp, count, datagram.Payload, datagram.Peer, now, (_time.GetUtcNow() - now).Ticks);
        }
    }

    private int RespondAndTell(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
    {
        long start = _time.GetTimestamp();
        int length = _responder.Respond(message, origin, response);
        _statistics!.Log?.Write(message, origin, response[..length], _time.GetElapsedTime(start).Ticks);
        return length;
    }
}
