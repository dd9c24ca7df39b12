using System.Net;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>Counts the ports that are open, and can keep what they send.</summary>
internal sealed class WatchedPorts(IDatagramPortFactory ports) : IDatagramPortFactory
{
    /// <summary>Gets how many ports are bound and not disposed.</summary>
    public int Open { get; private set; }

    /// <summary>Gets or sets whether no datagram is taken for sending, as where there is no route.</summary>
    public bool SendsNothing { get; set; }

    public async ValueTask<IDatagramPort> BindAsync(EndPoint at, DatagramHandler handler, DatagramPortOptions? options = null, CancellationToken cancellationToken = default)
    {
        IDatagramPort port = await ports.BindAsync(at, handler, options, cancellationToken);
        Open++;
        return new WatchedPort(this, port);
    }

    private sealed class WatchedPort(WatchedPorts owner, IDatagramPort port) : IDatagramPort
    {
        public IPEndPoint LocalEndPoint => port.LocalEndPoint;

        public DatagramCounters ReadCounters() => port.ReadCounters();

        public bool TrySend(in PeerAddress to, ReadOnlySpan<byte> payload) => !owner.SendsNothing && port.TrySend(to, payload);

        public Task SwapHandlerAsync(DatagramHandler handler) => port.SwapHandlerAsync(handler);

        public Task StopAsync(CancellationToken cancellationToken = default) => port.StopAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await port.DisposeAsync();
            owner.Open--;
        }
    }
}
