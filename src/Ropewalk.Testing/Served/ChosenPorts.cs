using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Testing.Served;

/// <summary>Binds services on 127.0.0.1, each port that one asks for to one of the system's choosing, the same for UDP and TCP.</summary>
internal sealed class ChosenPorts(IConnectionListenerFactory streams, IDatagramPortFactory datagrams) : IConnectionListenerFactory, IDatagramPortFactory
{
    // What is free for one protocol is taken in the other by some other test's client now and then.
    private const int MostTries = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, int> _chosen = [];

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not IPEndPoint { Port: var asked })
        {
            return await streams.BindAsync(endpoint, cancellationToken);
        }

        if (Find(asked) is { } known)
        {
            return await streams.BindAsync(new IPEndPoint(IPAddress.Loopback, known), cancellationToken);
        }

        for (int tries = 1; ; tries++)
        {
            IConnectionListener listener = await streams.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), cancellationToken);
            int port = ((IPEndPoint)listener.EndPoint).Port;
            try
            {
                await using IDatagramPort probe = await datagrams.BindAsync(new IPEndPoint(IPAddress.Loopback, port), static (ref _) => { }, null, cancellationToken);
                Keep(asked, port);
                return listener;
            }
            catch (AddressInUseException) when (tries < MostTries)
            {
                await listener.DisposeAsync();
            }
        }
    }

    public async ValueTask<IDatagramPort> BindAsync(EndPoint at, DatagramHandler handler, DatagramPortOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (at is not IPEndPoint { Port: var asked })
        {
            return await datagrams.BindAsync(at, handler, options, cancellationToken);
        }

        if (asked == 0 || Find(asked) is not null)
        {
            return await datagrams.BindAsync(new IPEndPoint(IPAddress.Loopback, Find(asked) ?? 0), handler, options, cancellationToken);
        }

        for (int tries = 1; ; tries++)
        {
            IDatagramPort bound = await datagrams.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), handler, options, cancellationToken);
            try
            {
                await using IConnectionListener probe = await streams.BindAsync(bound.LocalEndPoint, cancellationToken);
                Keep(asked, bound.LocalEndPoint.Port);
                return bound;
            }
            catch (AddressInUseException) when (tries < MostTries)
            {
                await bound.DisposeAsync();
            }
        }
    }

    /// <summary>Finds the port that was chosen for one that was asked for.</summary>
    public int? Find(int asked)
    {
        lock (_gate)
        {
            return asked != 0 && _chosen.TryGetValue(asked, out int port) ? port : null;
        }
    }

    private void Keep(int asked, int port)
    {
        lock (_gate)
        {
            _chosen[asked] = port;
        }
    }
}
