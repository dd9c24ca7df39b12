using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server.Faults;

/// <summary>Holds answers to datagrams until they are due.</summary>
internal sealed class LateAnswers(TimeProvider time) : IDisposable
{
    // A long test's, and less than what a datagram port queues; beyond that answers are lost, as on a bad link.
    private const int MaxHeld = 10_000;

    private readonly Lock _gate = new();
    private readonly HashSet<ITimer> _held = [];
    private bool _isDisposed;

    /// <summary>Sends an answer later.</summary>
    public void Send(ReplyTo to, byte[] answer, TimeSpan after)
    {
        lock (_gate)
        {
            if (_isDisposed || _held.Count >= MaxHeld)
            {
                return;
            }

            ITimer? timer = null;
            timer = time.CreateTimer(_ => SendNow(timer!, to, answer), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _held.Add(timer);
            timer.Change(after, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (ITimer timer in _held)
            {
                timer.Dispose();
            }

            _held.Clear();
        }
    }

    private void SendNow(ITimer timer, ReplyTo to, byte[] answer)
    {
        lock (_gate)
        {
            if (!_held.Remove(timer))
            {
                return;
            }
        }

        timer.Dispose();
        to.TrySend(answer);
    }
}
