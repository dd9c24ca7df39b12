using Ropewalk.Dns.Session;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server.Faults;

/// <summary>Answers the datagrams of a port with faults.</summary>
internal sealed class FaultyDatagramHandler(IMessageResponder responder, DnsFaults faults, TimeProvider time) : IAsyncDisposable
{
    private readonly FaultyResponder _responder = new(responder, faults);
    private readonly LateAnswers _late = new(time);

    /// <summary>Gets or sets the port that answers leave from which are to come from elsewhere.</summary>
    public IDatagramPort? Elsewhere { get; set; }

    public void Handle(ref DatagramBatch batch)
    {
        DateTimeOffset now = time.GetUtcNow();
        for (int i = 0; i < batch.Count; i++)
        {
            if (!batch[i].IsTruncated)
            {
                Handle(ref batch, i, now);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _late.Dispose();
        if (Elsewhere is not null)
        {
            await Elsewhere.DisposeAsync();
        }
    }

    private void Handle(ref DatagramBatch batch, int i, DateTimeOffset now)
    {
        Datagram datagram = batch[i];
        var origin = new MessageOrigin(datagram.Peer, DnsTransport.Udp, now);
        InjectedDnsFault? injected = faults.Find(datagram.Payload, origin, out AskedQuestion? question);
        Span<byte> response = batch.GetReply(i, batch.MaxReplyBytes);
        int length = _responder.Respond(injected, datagram.Payload, origin, response);
        switch (injected?.Fault.Kind)
        {
            case var _ when length == 0:
                break;
            case DnsFaultKind.AnswerLate:
                _late.Send(batch.GetReplyTo(i), response[..length].ToArray(), injected.Fault.Time);
                break;
            case DnsFaultKind.OtherPort:
                Elsewhere?.TrySend(datagram.Peer, response[..length]);
                break;
            default:
                batch.Reply(i, length);
                break;
        }

        faults.Announce(question);
    }
}
