using System.Net;
using System.Net.Sockets;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Testing.Simulated;

/// <summary>Binds datagram ports on one simulated host, and carries what they send over the network.</summary>
internal sealed class SimDatagrams : IDatagramPortFactory
{
    private readonly SimHost _host;
    private readonly Network _network;
    private readonly MemoryDatagramTransport _ports;
    private bool _isClosed;

    public SimDatagrams(SimHost host, Network network)
    {
        _host = host;
        _network = network;
        _ports = new MemoryDatagramTransport { Route = Carry };
    }

    public ValueTask<IDatagramPort> BindAsync(
        EndPoint at, DatagramHandler handler, DatagramPortOptions? options = null, CancellationToken cancellationToken = default)
    {
        _network.Loop.Touch("Binding a datagram port on a simulated host");
        if (at is IPEndPoint { Address: var address } && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && _network.Find(_host, address) != _host)
        {
            throw new SocketException((int)SocketError.AddressNotAvailable);
        }

        return _ports.BindAsync(at, handler, options, cancellationToken);
    }

    /// <summary>Receives and sends nothing any more.</summary>
    public void Close() => _isClosed = true;

    private void Carry(in PeerAddress from, in PeerAddress to, ReadOnlySpan<byte> payload)
    {
        _network.Loop.Touch("Sending a datagram from a simulated host");
        IPEndPoint target = to.ToIPEndPoint();
        if (_isClosed || _network.Find(_host, target.Address) is not { } host)
        {
            return;
        }

        IPEndPoint source = from.ToIPEndPoint();
        if (host != _host && IPAddress.IsLoopback(source.Address))
        {
            // bound to every address: the system chooses the one that the way begins with
            if (_host.Addresses.FirstOrDefault(address => address.AddressFamily == target.AddressFamily) is not { } own)
            {
                return;
            }

            source = new IPEndPoint(own, source.Port);
        }

        var unit = new LinkUnit(_host, host, source, target, LinkUnitKind.Datagram, payload.Length, 0, _network.Time.Elapsed);
        Way way = _network.WayOf(_host, host);
        LinkVerdict verdict = _network.Judge(unit, way, out TimeSpan underWay);
        if (verdict.Kind is LinkVerdictKind.Drop or LinkVerdictKind.Reset)
        {
            return;
        }

        var arrival = new Arrival(host, new PeerAddress(source), to, payload.ToArray());
        long at = way.Occupy(payload.Length) + underWay.Ticks;
        _network.Events.Add(arrival, at);
        if (verdict.Kind == LinkVerdictKind.Duplicate)
        {
            _network.Events.Add(arrival, at + way.Settings.Latency.Ticks);
        }
    }

    private sealed class Arrival(SimHost host, PeerAddress from, PeerAddress to, byte[] payload) : SimEvent
    {
        public override void Happen()
        {
            host.Life.Network.Capture(from.ToIPEndPoint(), to.ToIPEndPoint(), null, 0, 0, payload);
            SimDatagrams there = host.Life.Datagrams;
            if (!there._isClosed)
            {
                there._ports.Find(to)?.Receive(from, to, payload);
            }
        }
    }
}
