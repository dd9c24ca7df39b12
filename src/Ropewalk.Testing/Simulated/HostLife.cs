using Ropewalk.Endpoints;
using Ropewalk.Storage;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Testing.Simulated;

/// <summary>Is the time from a host's start to its crash: what belongs to it dies with it.</summary>
internal sealed class HostLife
{
    private readonly SimHost _host;
    private readonly Network _network;
    private readonly CancellationTokenSource _stop = new();
    private readonly Completion _over = new();
    private readonly HashSet<SimConnection> _connections = [];

    public HostLife(SimHost host, Network network, MemoryFileStore disk)
    {
        _host = host;
        _network = network;
        Clock = new HostClock(host, network.Time);
        Transport = new SimTransport(host, this, network);
        Datagrams = new SimDatagrams(host, network);
        Files = new HostDisk(host, this, disk);
        Context = new EndpointContext
        {
            StreamListeners = Transport,
            StreamConnections = Transport,
            DatagramPorts = Datagrams,
            Memory = new MemoryTransport(new MemoryTransportOptions { Scheduler = new LoopScheduler(network.Loop), TimeProvider = Clock }),
            NameResolver = network.Names,
            TimeProvider = Clock,
            LoggerFactory = new HostLogs(host, network.Log),
        };
    }

    public Network Network => _network;

    public bool IsUp { get; private set; } = true;

    public bool HasPower { get; private set; } = true;

    public HostClock Clock { get; }

    public SimTransport Transport { get; }

    public SimDatagrams Datagrams { get; }

    public EndpointContext Context { get; }

    public HostDisk Files { get; }

    public Task Running { get; private set; } = Task.CompletedTask;

    public void Start(Func<SimHost, CancellationToken, Task> program) => Running = RunAsync(program);

    /// <summary>Asks the program to end, waits for it, and lets the system close what it has left open.</summary>
    public async Task StopAsync()
    {
        await LifetimeTokens.CancelAsync(_stop);
        // a crash may come first: then there is nothing to wait for
        await await Task.WhenAny(Running, _over.Task);
        End(powerCut: false, "stopped");
    }

    /// <summary>Goes on where the life does; otherwise never.</summary>
    public ValueTask LiveAsync() => IsUp ? default : new ValueTask(new TaskCompletionSource().Task);

    public void Add(SimConnection connection)
    {
        lock (_connections)
        {
            _connections.Add(connection);
        }
    }

    /// <summary>Describes the connections that are open, in the order of their making.</summary>
    public IReadOnlyList<string> Describe()
    {
        lock (_connections)
        {
            return [.. _connections.OrderBy(one => one.Order).Select(one => one.Describe())];
        }
    }

    public void Remove(SimConnection connection)
    {
        lock (_connections)
        {
            _connections.Remove(connection);
        }
    }

    public void End(bool powerCut, string how)
    {
        if (!IsUp)
        {
            HasPower &= !powerCut;
            return;
        }

        IsUp = false;
        HasPower = !powerCut;
        _network.Log.Add(_host.Name, how);
        Clock.Stop();
        SimConnection[] open;
        lock (_connections)
        {
            open = [.. _connections.OrderBy(one => one.Order)];
            _connections.Clear();
        }

        foreach (SimConnection connection in open)
        {
            connection.Die(tellPeer: !powerCut);
        }

        Transport.Close();
        Datagrams.Close();
        _over.TrySet();
    }

    private async Task RunAsync(Func<SimHost, CancellationToken, Task> program)
    {
        try
        {
            await program(_host, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // asked to stop, it has stopped
        }
        catch (Exception failure)
        {
            if (IsUp)
            {
                _network.Loop.Fail(new InvalidOperationException($"The program of {_host} failed: {failure.Message}", failure));
            }

            throw;
        }
    }
}
