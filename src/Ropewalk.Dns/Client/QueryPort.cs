using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Client;

/// <summary>Is a port from which one question at a time is asked.</summary>
internal sealed class QueryPort : IAsyncDisposable
{
    // A drawn port may be somebody's: so many others are tried before the system chooses. Unbound tries as often as it has ports.
    private const int MostDraws = 16;

    private readonly ClientTally _tally;
    private IDatagramPort? _port;
    private volatile DatagramTry? _waiting;

    private QueryPort(AddressFamily family, ClientTally tally)
    {
        Family = family;
        _tally = tally;
    }

    /// <summary>Gets the family of its address.</summary>
    public AddressFamily Family { get; }

    /// <summary>Gets how many questions have been asked from it.</summary>
    public int Uses { get; private set; }

    /// <summary>Gets the address that it sends from; the one of no host as long as the system has not chosen.</summary>
    public IPAddress From => _port!.LocalEndPoint.Address;

    /// <summary>Binds a port at an address that the caller has chosen.</summary>
    /// <exception cref="IOException">The address is not this machine's, or the port is somebody's.</exception>
    public static async ValueTask<QueryPort> BindAsync(IDatagramPortFactory ports, IPEndPoint from, PeerAddress peer, ClientTally tally, CancellationToken cancellationToken)
    {
        QueryPort made = new(from.AddressFamily, tally);
        made._port = await ports.BindAsync(from, made.Receive, SizesFor(peer), cancellationToken);
        return made;
    }

    /// <summary>Binds a port whose number is drawn.</summary>
    public static async ValueTask<QueryPort> BindAsync(IDatagramPortFactory ports, AddressFamily family, PeerAddress? peer, QueryNumbers numbers, ClientTally tally, CancellationToken cancellationToken)
    {
        QueryPort made = new(family, tally);
        DatagramPortOptions sizes = SizesFor(peer);
        IPAddress any = family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        for (int draw = 0; made._port is null; draw++)
        {
            try
            {
                made._port = await ports.BindAsync(new IPEndPoint(any, draw < MostDraws ? numbers.NextPort() : 0), made.Receive, sizes, cancellationToken);
            }
            catch (AddressInUseException) when (draw < MostDraws)
            {
                // another draw
            }
        }

        return made;
    }

    /// <summary>Sends a question and waits for its answer.</summary>
    /// <returns>The answer, or null if there was none in time.</returns>
    /// <exception cref="DnsQueryException">The system did not take the datagram: there is no way to the server.</exception>
    public async Task<DnsMessage?> AskAsync(PeerAddress server, SentQuery query, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        Uses++;
        using DatagramTry waiting = new(server, query, patience, time, _tally, cancellationToken);
        _waiting = waiting;
        try
        {
            _tally.Add(ClientCount.Query);
            return _port!.TrySend(server, query.Message) ? await waiting.Answered : throw new DnsQueryException($"There is no way to {server}.", DnsQueryFailure.Unreachable);
        }
        finally
        {
            _waiting = null;
        }
    }

    public ValueTask DisposeAsync() => _port!.DisposeAsync();

    // One question has one answer; what else comes is forged or late, and need not be taken fast.
    private static DatagramPortOptions SizesFor(PeerAddress? peer) => new()
    {
        Peer = peer,
        // A thread for each question would be thousands of them.
        Mode = DatagramMode.Pooled,
        BatchSize = 1,
        DualStack = false,
        MaxDatagramBytes = DnsClientOptions.MostDatagramBytes,
        MaxReplyBytes = 1,
        ReceiveBufferBytes = 64 * 1024,
        SendBufferBytes = 64 * 1024,
    };

    private void Receive(ref DatagramBatch batch)
    {
        if (batch.IsRefused)
        {
            _waiting?.Refuse();
        }

        for (int i = 0; i < batch.Count; i++)
        {
            if (_waiting is { } waiting)
            {
                waiting.Take(batch[i]);
            }
            else
            {
                _tally.Add(ClientCount.Late);
            }
        }
    }
}
