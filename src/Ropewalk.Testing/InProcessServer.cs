using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Server;
using Ropewalk.Testing.Served;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Testing;

/// <summary>
/// Runs a real server inside a test, in memory or on a port of the system's choosing: it shows what it received and how each connection
/// ended, and misbehaves on demand.
/// </summary>
/// <remarks>
/// <para>It stands between the connection and the application: a framing cuts what comes into commands, and the application hears the next
/// command when it has asked for more, so that each command has an answer of its own. A command counts as received when the server turns to
/// it: the faults that match it are in force by then, and the timers of a late answer are armed.</para>
/// <para><b>Call</b>: from any thread and any synchronization context; nothing of the server runs on the caller's. Not
/// inside a <see cref="Simulation"/>, whose hosts listen by themselves.</para>
/// </remarks>
public sealed class InProcessServer : IAsyncDisposable
{
    // As ConnectionServer's.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private readonly InProcessServerBuilder _settings;
    private readonly ConnectionServer _server;
    private readonly QuietScheduler _quiet;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Arrivals<ServedConnection> _connections;
    private readonly Arrivals<ReceivedCommand> _commands;
    private readonly Lock _gate = new();
    private readonly List<InjectedFault> _faults = [];
    private readonly MemoryStreams _streams;
    private readonly MemoryDatagrams _datagrams;
    private readonly ChosenPorts? _ports;
    private HostedServices? _services;
    private int _lastConnection;
    private int _lastCommand;

    private InProcessServer(InProcessServerBuilder settings)
    {
        _settings = settings;
        _connections = new Arrivals<ServedConnection>("connections", settings.Patience);
        _commands = new Arrivals<ReceivedCommand>("commands", settings.Patience);
        _quiet = settings.Neighbour?._quiet ?? new QuietScheduler();
        MemoryTransport memory = settings.Neighbour?.Context.Memory ?? new MemoryTransport(new MemoryTransportOptions { Scheduler = _quiet });
        _streams = settings.Neighbour?._streams ?? new MemoryStreams(memory);
        _datagrams = settings.Neighbour?._datagrams ?? new MemoryDatagrams(_quiet, Time);
        var sockets = new EndpointContext { Memory = memory, TimeProvider = Time, LoggerFactory = settings.LoggerFactory };
        _ports = settings.IsInMemory ? null : new ChosenPorts(sockets.StreamListeners, sockets.DatagramPorts);
        Context = !settings.IsInMemory ? sockets : new EndpointContext
        {
            Memory = memory,
            StreamListeners = _streams,
            StreamConnections = settings.Services is null ? settings.Neighbour?.Context.StreamConnections ?? sockets.StreamConnections : _streams,
            DatagramPorts = _datagrams,
            TimeProvider = Time,
            LoggerFactory = settings.LoggerFactory,
        };
        // Stopping has bounds of real time: nobody may be left to move the clock.
        _server = new ConnectionServer(new EndpointContext { Memory = memory, LoggerFactory = settings.LoggerFactory });
        EndPoint = null!;
        Spec = null!;
    }

    /// <summary>Gets what it is bound to, with the port that the system chose.</summary>
    public EndPoint EndPoint { get; private set; }

    /// <summary>Gets the endpoint that a client connects to: <c>mem:server</c>, <c>tcp:127.0.0.1:40123</c>. Its text is what <see cref="ConnectionClient"/> takes.</summary>
    public EndpointSpec Spec { get; private set; }

    /// <summary>Gets what a client needs to reach it: the memory network in which it listens, for streams and datagrams, and its clock.</summary>
    public EndpointContext Context { get; }

    /// <summary>Gets the clock that the application was given.</summary>
    public VirtualTime Time => _settings.Time;

    /// <summary>Gets the connections so far, in their order.</summary>
    public IReadOnlyList<ServedConnection> Connections => _connections.All;

    /// <summary>Gets the commands of all connections so far, in the order in which the server turned to them.</summary>
    public IReadOnlyList<ReceivedCommand> Commands => _commands.All;

    /// <summary>Starts a server.</summary>
    /// <param name="configure">Says what it serves and where; without a word it listens in memory, takes everything and answers nothing.</param>
    /// <param name="cancellationToken">Gives up binding.</param>
    public static async Task<InProcessServer> StartAsync(Action<InProcessServerBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        var settings = new InProcessServerBuilder();
        configure?.Invoke(settings);
        await CallerContext.Detach();
        var server = new InProcessServer(settings);
        Listening listening = await server._server.ListenAsync(settings.Endpoint, server.Build(), cancellationToken);
        server.EndPoint = listening.EndPoint;
        server.Spec = EndpointSpec.FromEndPoint(listening.EndPoint);
        if (settings.Services is not null)
        {
            await server.StartServicesAsync(settings.Services, cancellationToken);
        }

        return server;
    }

    /// <summary>Says where a service of <see cref="InProcessServerBuilder.UseServices"/> is reached: in memory on 127.0.0.1, as on any other address, at the port that it asked for; else at the one that the system chose.</summary>
    /// <param name="port">The port that the service asked for.</param>
    /// <exception cref="ArgumentException">No service asked for it.</exception>
    public IPEndPoint AddressOf(int port)
    {
        int reached = _ports is null ? port : _ports.Find(port) ?? throw new ArgumentException($"No service listens at port {port}.", nameof(port));
        return new IPEndPoint(IPAddress.Loopback, reached);
    }

    /// <summary>Connects to it as a plain client, and waits until the server has the connection.</summary>
    /// <returns>The client's end; disposing it ends it.</returns>
    public async Task<ConnectionContext> ConnectAsync(CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        ConnectionContext client = await Context.ConnectAsync(Spec, cancellationToken);
        if (_settings.Front is null)
        {
            await _connections.FirstAsync(served => Equals(served.RemoteEndPoint, client.LocalEndPoint), cancellationToken);
        }

        return client;
    }

    /// <summary>Waits until so many connections have come in all.</summary>
    /// <exception cref="TimeoutException">The next one did not come within <see cref="InProcessServerBuilder.Patience"/>.</exception>
    public Task<IReadOnlyList<ServedConnection>> ConnectedAsync(int count = 1, CancellationToken cancellationToken = default) => _connections.AtLeastAsync(count, cancellationToken);

    /// <summary>Waits until so many commands have come in all.</summary>
    /// <returns>All that have come; there may be more.</returns>
    /// <exception cref="TimeoutException">The next one did not come within <see cref="InProcessServerBuilder.Patience"/>; the message has those that came.</exception>
    public Task<IReadOnlyList<ReceivedCommand>> ReceivedAsync(int count, CancellationToken cancellationToken = default)
    {
        RequireFraming();
        return _commands.AtLeastAsync(count, cancellationToken);
    }

    /// <summary>Waits for a command. One that has come already counts.</summary>
    /// <returns>The first that matches.</returns>
    /// <exception cref="TimeoutException">Nothing more came within <see cref="InProcessServerBuilder.Patience"/>; the message has what came.</exception>
    public Task<ReceivedCommand> ReceivedAsync(Func<ReceivedCommand, bool> match, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(match);
        RequireFraming();
        return _commands.FirstAsync(match, cancellationToken);
    }

    /// <summary>Lets the server misbehave at commands, from now on until the result is disposed. Where several faults match, the newest is done.</summary>
    /// <param name="fault">What happens.</param>
    /// <param name="match">At which commands; null for each.</param>
    /// <param name="times">At how many of them at most.</param>
    /// <returns>The fault in force; disposing it ends it.</returns>
    public InjectedFault Inject(CommandFault fault, Func<ReceivedCommand, bool>? match = null, int times = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        RequireFraming();
        var injected = new InjectedFault(fault, match ?? (static _ => true), times, Remove);
        lock (_gate)
        {
            _faults.Insert(0, injected);
        }

        return injected;
    }

    /// <summary>Lets datagrams be lost, late or doubled, from now on until the result is disposed. Where several faults match, the newest is done.</summary>
    /// <param name="fault">What happens.</param>
    /// <param name="match">To which datagrams; null for all, those of clients and of servers.</param>
    /// <param name="times">To how many of them at most.</param>
    /// <returns>The fault in force; disposing it ends it.</returns>
    /// <exception cref="InvalidOperationException">The server is on a port: what goes through the system arrives as it will.</exception>
    public InjectedDatagramFault Inject(DatagramFault fault, Func<SentDatagram, bool>? match = null, int times = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        if (_ports is not null)
        {
            throw new InvalidOperationException("Only datagrams in memory can be lost, late or doubled.");
        }

        return _datagrams.Inject(fault, match ?? (static _ => true), times);
    }

    /// <summary>
    /// Moves the clock from timer to timer. In memory it lets the server and its clients do each time all that they can, so that what is due on the
    /// way is due when it is due.
    /// </summary>
    /// <remarks>
    /// <b>Call</b>: after what must have happened first was awaited: <see cref="ConnectedAsync"/>, <see cref="ReceivedAsync(int, CancellationToken)"/>, an answer. On a port
    /// it cannot see what is on its way through the system.
    /// </remarks>
    public async Task AdvanceAsync(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        await CallerContext.Detach();
        do
        {
            await _quiet.WhenQuietAsync();
            TimeSpan step = Time.UntilNextTimer is { } next && next < by ? next : by;
            Time.Advance(step);
            by -= step;
        }
        while (by > TimeSpan.Zero);
        await _quiet.WhenQuietAsync();
    }

    /// <summary>Stops as a server does: no more connections, goodbye in the protocol's own words, drain (5 s of real time at most), abort.</summary>
    /// <param name="cancellationToken">Brings the drain's deadline forward to now.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        await _server.StopAsync(cancellationToken);
        if (_services is not null)
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var drained = new CancellationTokenSource(DrainTimeout, TimeProvider.System);
            await using CancellationTokenRegistration late = drained.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), bound);
            await _services.StopAsync(bound.Token);
        }
    }

    /// <summary>Ends everything at once: held answers are dropped, connections aborted, waits for commands fail.</summary>
    public async ValueTask DisposeAsync()
    {
        await CallerContext.Detach();
        // First, so that no application can mistake what follows for an orderly end.
        foreach (ServedConnection connection in Connections)
        {
            connection.Abort(new ConnectionEnd(ConnectionEndReason.ServerStopped, ErrorSide.Local, "The test's server was disposed of."));
        }

        _stopping.Cancel();
        await _server.StopAsync(new CancellationToken(canceled: true));
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        _connections.End();
        _commands.End();
    }

    internal void OnConnected(ServedConnection connection) => _connections.Add(connection);

    internal int NextCommandNumber() => Interlocked.Increment(ref _lastCommand);

    internal void OnReceived(ReceivedCommand command) => _commands.Add(command);

    internal InjectedFault? FindFault(ReceivedCommand command)
    {
        InjectedFault[] faults;
        lock (_gate)
        {
            faults = [.. _faults];
        }

        return Array.Find(faults, fault => fault.TryHit(command));
    }

    private async Task StartServicesAsync(Action<RopewalkBuilder> configure, CancellationToken cancellationToken)
    {
        EndpointContext network = _ports is null ? Context : new EndpointContext
        {
            Memory = Context.Memory,
            StreamListeners = _ports,
            DatagramPorts = _ports,
            TimeProvider = Time,
            LoggerFactory = Context.LoggerFactory,
        };
        try
        {
            _services = await HostedServices.StartAsync(configure, network, cancellationToken);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private ConnectionDelegate Build()
    {
        var pipeline = new ConnectionBuilder(new ServiceCollection().BuildServiceProvider());
        _settings.Front?.Invoke(pipeline);
        ConnectionDelegate application = _settings.Application;
        pipeline.Run(connection => ServeAsync(connection, application));
        return pipeline.Build();
    }

    private Task ServeAsync(ConnectionContext connection, ConnectionDelegate application)
    {
        var served = new ServedConnection(Interlocked.Increment(ref _lastConnection), connection);
        // On a port the transport has turns of its own, which the application must not leave.
        bool inMemory = connection.LocalEndPoint is MemoryEndPoint;
        var tap = new CommandTap(this, served, connection, _settings.Framing?.Invoke(), inMemory ? _quiet : null, _stopping.Token);
        return tap.ServeAsync(application);
    }

    private void RequireFraming()
    {
        if (_settings.Framing is null)
        {
            throw new InvalidOperationException("The server does not know what a command is: give it a framing with UseLines, UseFrames or UseCommands.");
        }
    }

    private void Remove(InjectedFault fault)
    {
        lock (_gate)
        {
            _faults.Remove(fault);
        }
    }
}
