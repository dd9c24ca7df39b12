using System.Net;
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
    private readonly HashSet<Task> _closing = [];
    private bool _isOver;

    /// <summary>Gets a port for one question.</summary>
    public ValueTask<QueryPort> RentAsync(in PeerAddress server, CancellationToken cancellationToken)
    {
        AddressFamily family = server.Family;
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_isOver, typeof(DnsClient));
            int fit = _idle.Count(port => port.Family == family);
            if (fit > 0)
            {
                // Which one is drawn too, so that the last port says little about the next.
                QueryPort drawn = _idle.Where(port => port.Family == family).ElementAt(numbers.NextBelow(fit));
                _idle.Remove(drawn);
                return ValueTask.FromResult(drawn);
            }
        }

        // A port that asks nobody else hears nobody else.
        return QueryPort.BindAsync(ports, family, usesEach == 1 ? server : null, numbers, tally, cancellationToken);
    }

    /// <summary>Gets a port at an address that the caller has chosen. It goes back with <see cref="Close"/>.</summary>
    public ValueTask<QueryPort> BindAsync(IPEndPoint from, in PeerAddress server, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_isOver, typeof(DnsClient));
        }

        return QueryPort.BindAsync(ports, from, server, tally, cancellationToken);
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
        }

        Close(port);
    }

    /// <summary>Closes what is left. All that was lent has been returned before.</summary>
    public async ValueTask DisposeAsync()
    {
        QueryPort[] idle;
        lock (_turn)
        {
            _isOver = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (QueryPort port in idle)
        {
            Close(port);
        }

        Task[] closing;
        lock (_turn)
        {
            closing = [.. _closing];
        }

        await Task.WhenAll(closing);
    }

    /// <summary>Closes a port behind the question's back.</summary>
    public void Close(QueryPort port)
    {
        Task closing = CloseAsync(port);
        if (closing.IsCompleted)
        {
            return;
        }

        lock (_turn)
        {
            _closing.Add(closing);
        }

        _ = ForgetAsync(closing);
    }

    private static async Task CloseAsync(QueryPort port) => await port.DisposeAsync();

    private async Task ForgetAsync(Task closing)
    {
        await closing;
        lock (_turn)
        {
            _closing.Remove(closing);
        }
    }
}
