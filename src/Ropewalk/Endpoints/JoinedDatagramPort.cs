using System.Net;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Endpoints;

/// <summary>Makes one port of those of a name that has several addresses, or of several sockets that were handed over under one name.</summary>
internal sealed class JoinedDatagramPort(IReadOnlyList<IDatagramPort> ports) : IDatagramPort
{
    public IPEndPoint LocalEndPoint => ports[0].LocalEndPoint;

    public DatagramCounters ReadCounters()
    {
        DatagramCounters sum = default;
        foreach (IDatagramPort port in ports)
        {
            sum += port.ReadCounters();
        }

        return sum;
    }

    public bool TrySend(in PeerAddress to, ReadOnlySpan<byte> payload)
    {
        foreach (IDatagramPort port in ports)
        {
            if (port.LocalEndPoint.AddressFamily == to.Family)
            {
                return port.TrySend(to, payload);
            }
        }

        return ports[0].TrySend(to, payload);
    }

    public Task SwapHandlerAsync(DatagramHandler handler) => Task.WhenAll([.. ports.Select(port => port.SwapHandlerAsync(handler))]);

    public Task StopAsync(CancellationToken cancellationToken = default) => Task.WhenAll([.. ports.Select(port => port.StopAsync(cancellationToken))]);

    public async ValueTask DisposeAsync()
    {
        foreach (IDatagramPort port in ports)
        {
            await port.DisposeAsync();
        }
    }
}
