using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Is a network of datagram ports in memory, without a socket: the twin of <see cref="DatagramTransport"/> for tests. An instance is a network
/// of its own; every address is on it. Nothing is lost, delayed or put out of order but by a full queue.
/// </summary>
/// <remarks>
/// Each port takes its batches on the synchronization context that it was bound under, and on the thread pool where there was none: under a
/// simulation's single thread the order of everything is the order of the calls. A port has one worker, whatever the options say.
/// </remarks>
/// <param name="loggerFactory">Where the ports log; null for nowhere.</param>
public sealed class MemoryDatagramTransport(ILoggerFactory? loggerFactory = null) : IDatagramPortFactory
{
    private const int FirstEphemeralPort = 49_152;  // RFC 6335 §6

    private readonly Lock _turn = new();
    private readonly Dictionary<PeerAddress, MemoryDatagramPort> _ports = [];
    private readonly ILogger _logger = loggerFactory?.CreateLogger<MemoryDatagramTransport>() ?? NullLogger<MemoryDatagramTransport>.Instance;

    /// <inheritdoc/>
    public ValueTask<IDatagramPort> BindAsync(
        EndPoint at, DatagramHandler handler, DatagramPortOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(handler);
        cancellationToken.ThrowIfCancellationRequested();
        options = (options ?? new DatagramPortOptions()).Freeze();
        if (at is not IPEndPoint where)
        {
            throw new NotSupportedException($"Datagrams are received at IP addresses, not at {at}.");
        }

        lock (_turn)
        {
            var address = new PeerAddress(where);
            if (address.Port == 0)
            {
                address = address.WithPort(FreePort(address));
            }
            else if (_ports.ContainsKey(address))
            {
                throw new AddressInUseException($"The UDP address {where} is in use.");
            }

            var port = new MemoryDatagramPort(this, address, handler, options, new DatagramLog(_logger, TimeProvider.System));
            _ports.Add(address, port);
            return ValueTask.FromResult<IDatagramPort>(port);
        }
    }

    /// <summary>Gets what carries datagrams in the place of this network: a simulation's, where they are lost and late.</summary>
    internal DatagramRoute? Route { get; init; }

    /// <summary>Gets where ports take their batches, whatever context they were bound under; null for that context, or the thread pool.</summary>
    internal PipeScheduler? Scheduler { get; init; }

    /// <summary>Carries a datagram to the port that it is for; what is sent to nobody is lost.</summary>
    internal void Carry(in PeerAddress from, in PeerAddress to, ReadOnlySpan<byte> payload)
    {
        if (Route is { } route)
        {
            route(from, to, payload);
        }
        else
        {
            Find(to)?.Receive(from, to, payload);
        }
    }

    /// <summary>Finds the port that receives what is sent to <paramref name="to"/>: the one bound to the address, or to every address.</summary>
    internal MemoryDatagramPort? Find(in PeerAddress to)
    {
        lock (_turn)
        {
            return _ports.GetValueOrDefault(to)
                ?? (to.IsIPv4 ? _ports.GetValueOrDefault(new PeerAddress(IPAddress.Any, to.Port)) : null)
                ?? (_ports.GetValueOrDefault(new PeerAddress(IPAddress.IPv6Any, to.Port)) is { } any && (to.IsIPv6 || any.IsDualStack) ? any : null);
        }
    }

    internal void Remove(in PeerAddress address)
    {
        lock (_turn)
        {
            _ports.Remove(address);
        }
    }

    private int FreePort(in PeerAddress address)
    {
        for (int port = FirstEphemeralPort; port <= ushort.MaxValue; port++)
        {
            if (!_ports.ContainsKey(address.WithPort(port)))
            {
                return port;
            }
        }

        throw new AddressInUseException($"Every port of {address} above {FirstEphemeralPort} is in use.");
    }
}
