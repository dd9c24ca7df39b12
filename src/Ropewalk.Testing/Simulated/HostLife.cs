using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Testing.Simulated;

/// <summary>Is the time from a host's start to its crash: what belongs to it dies with it.</summary>
internal sealed class HostLife
{
    private readonly SimHost _host;
    private readonly Network _network;
    private readonly CancellationTokenSource _down = new();
    private readonly HashSet<SimConnection> _connections = [];

    public HostLife(SimHost host, Network network)
    {
        _host = host;
        _network = network;
        Clock = new HostClock(host, network.Time);
        Transport = new SimTransport(host, this, network);
        Datagrams = new SimDatagrams(host, network);
        Context = new EndpointContext
        {
            StreamListeners = Transport,
            StreamConnections = Transport,
            DatagramPorts = Datagrams,
            NameResolver = network.Names,
            TimeProvider = Clock,
        };
    }

    public Network Network => _network;

    public bool IsUp { get; private set; } = true;

    public bool HasPower { get; private set; } = true;

    public HostClock Clock { get; }

    public SimTransport Transport { get; }

    public SimDatagrams Datagrams { get; }

    public EndpointContext Context { get; }

    public CancellationToken Down => _down.Token;

    public Task Running { get; private set; } = Task.CompletedTask;

    public void Start(Func<SimHost, CancellationToken, Task> program) => Running = program(_host, Down);

    public void Add(SimConnection connection) => _connections.Add(connection);

    public void Remove(SimConnection connection) => _connections.Remove(connection);

    public void End(bool powerCut)
    {
        if (!IsUp)
        {
            HasPower &= !powerCut;
            return;
        }

        IsUp = false;
        HasPower = !powerCut;
        _network.Log.Add(_host.Name, powerCut ? "power cut" : "crash");
        Clock.Stop();
        foreach (SimConnection connection in _connections.OrderBy(one => one.Order).ToArray())
        {
            connection.Die(tellPeer: !powerCut);
        }

        _connections.Clear();
        Transport.Close();
        Datagrams.Close();
        _down.Cancel();
    }
}
