using System.Net.Sockets;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Client;

/// <summary>Lends ports: a fresh one for each question, or one that has been used before, as often as the options allow.</summary>
internal sealed class QueryPorts(IDatagramPortFactory ports, QueryNumbers numbers, ClientTally tally, int usesEach) : IAsyncDisposable
{
    // What is kept for the next question where ports are used again; others are closed.
    private const int MostIdle = 16;

    private readonly Lock _turn = new();
    private readonly List<QueryPort> _idle = [];
    private readonly List<Task> _closing = [];
    private bool _isOver;

    /// <summary>Gets a port for one question.</summary>
    public ValueTask<QueryPort> RentAsync(AddressFamily family, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_isOver, typeof(DnsClient));
            List<int> fit = [.. Enumerable.Range(0, _idle.Count).Where(i => _idle[i].Family == family)];
            if (fit.Count > 0)
            {
                // Which one is drawn too, so that the last port says little about the next.
                int at = fit[numbers.NextBelow(fit.Count)];
                QueryPort port = _idle[at];
                _idle.RemoveAt(at);
                return ValueTask.FromResult(port);
            }
        }

        return QueryPort.BindAsync(ports, family, numbers, tally, cancellationToken);
    }

    /// <summary>Takes a port back. Closing it takes a moment, which no question waits for.</summary>
    public void Return(QueryPort port)
    {
        lock (_turn)
        {
            if (port.Uses < usesEach && _idle.Count < MostIdle && !_isOver)
            {
                _idle.Add(port);
                return;
            }

            _closing.RemoveAll(closing => closing.IsCompleted);
            _closing.Add(port.DisposeAsync().AsTask());
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] closing;
        lock (_turn)
        {
            _isOver = true;
            closing = [.. _closing, .. _idle.Select(port => port.DisposeAsync().AsTask())];
            _idle.Clear();
            _closing.Clear();
        }

        await Task.WhenAll(closing);
    }
}
