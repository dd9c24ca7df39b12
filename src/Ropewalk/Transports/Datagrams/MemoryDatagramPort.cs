using System.Net;

namespace Ropewalk.Transports.Datagrams;

/// <summary>A port of a <see cref="MemoryDatagramTransport"/>.</summary>
internal sealed class MemoryDatagramPort : IDatagramPort
{
    private readonly MemoryDatagramTransport _network;
    private readonly DatagramHandlerSwitch _handlers;
    private readonly PeerAddress _address;
    private readonly MemoryDatagramWorker _worker;

    public MemoryDatagramPort(
        MemoryDatagramTransport network, in PeerAddress address, DatagramHandler handler, DatagramPortOptions options, DatagramLog log)
    {
        _network = network;
        _address = address;
        IsDualStack = options.DualStack;
        LocalEndPoint = address.ToIPEndPoint();
        _handlers = new DatagramHandlerSwitch(handler);
        _worker = new MemoryDatagramWorker(this, network, address, options, _handlers, log);
    }

    public IPEndPoint LocalEndPoint { get; }

    public bool IsDualStack { get; }

    public DatagramCounters ReadCounters() => _worker.ReadCounters() with { Overflowed = _worker.Overflowed };

    public bool TrySend(in PeerAddress to, ReadOnlySpan<byte> payload) => _worker.TrySend(to, default, payload);

    public Task SwapHandlerAsync(DatagramHandler handler) => _handlers.SwapAsync(handler, [_worker]);

    public void Receive(in PeerAddress from, in PeerAddress to, ReadOnlySpan<byte> payload) => _worker.Enqueue(from, to, payload);

    public Task StopAsync(CancellationToken cancellationToken = default) => _worker.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _network.Remove(_address);
        await _worker.StopAsync(new CancellationToken(canceled: true));
        _worker.Close();
    }
}
