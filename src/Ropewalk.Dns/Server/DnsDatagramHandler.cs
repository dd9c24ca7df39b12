using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server;

/// <summary>Answers the datagrams of a port: the thin shell around an <see cref="IMessageResponder"/>.</summary>
/// <remarks>Nothing is allocated, and nothing waits. <b>Call</b>: <see cref="Handle"/> by a datagram port, on the workers' own threads.</remarks>
public sealed class DnsDatagramHandler
{
    private readonly IMessageResponder _responder;
    private readonly TimeProvider _time;

    /// <summary>Makes a handler.</summary>
    public DnsDatagramHandler(IMessageResponder responder, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(responder);
        _responder = responder;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Answers a batch. It is a <see cref="DatagramHandler"/>.</summary>
    public void Handle(ref DatagramBatch batch)
    {
        // Cookies and signatures count in seconds: one look at the clock is enough for all.
        DateTimeOffset now = _time.GetUtcNow();
        for (int i = 0; i < batch.Count; i++)
        {
            Datagram datagram = batch[i];
            if (datagram.IsTruncated)
            {
                // A question of more than the port takes is none.
                continue;
            }

            Span<byte> response = batch.GetReply(i, batch.MaxReplyBytes);
            int length = _responder.Respond(datagram.Payload, new MessageOrigin(datagram.Peer, DnsTransport.Udp, now), response);
            if (length > 0)
            {
                batch.Reply(i, length);
            }
        }
    }
}
