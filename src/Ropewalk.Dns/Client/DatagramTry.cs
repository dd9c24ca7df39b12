using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Client;

/// <summary>Waits for the answer to one datagram: until it comes, the time is over, or the caller has enough.</summary>
internal sealed class DatagramTry : IDisposable
{
    private readonly TaskCompletionSource<DnsMessage?> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PeerAddress _server;
    private readonly SentQuery _query;
    private readonly TimeProvider _time;
    private readonly ClientTally _tally;
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _given;

    public DatagramTry(in PeerAddress server, SentQuery query, TimeSpan patience, TimeProvider time, ClientTally tally, CancellationToken cancellationToken)
    {
        _server = server;
        _query = query;
        _time = time;
        _tally = tally;
        _timer = time.CreateTimer(static state => ((DatagramTry)state!)._answered.TrySetResult(null), this, patience, Timeout.InfiniteTimeSpan);
        _given = cancellationToken.UnsafeRegister(static (state, token) => ((DatagramTry)state!)._answered.TrySetCanceled(token), this);
    }

    /// <summary>Gets the answer, or null if there was none in time.</summary>
    public Task<DnsMessage?> Answered => _answered.Task;

    /// <summary>Takes a datagram that has arrived at the question's port.</summary>
    public void Take(in Datagram datagram)
    {
        if (_answered.Task.IsCompleted)
        {
            _tally.Add(ClientCount.Late);
        }
        else if (datagram.Peer != _server)
        {
            _tally.Add(ClientCount.WrongPeer);
        }
        else
        {
            AnswerVerdict verdict = _query.Judge(datagram.Payload, _time.GetUtcNow(), out DnsMessage? answer);
            _tally.Add(verdict);
            if (verdict == AnswerVerdict.Answer)
            {
                _answered.TrySetResult(answer);
            }
        }
    }

    /// <summary>Takes the word that nothing listens where the question went.</summary>
    public void Refuse() => _answered.TrySetException(new DnsQueryException($"Nothing listens at {_server}.", DnsQueryFailure.Unreachable));

    public void Dispose()
    {
        _given.Dispose();
        _timer.Dispose();
    }
}
