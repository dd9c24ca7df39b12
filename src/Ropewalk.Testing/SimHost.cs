using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Storage;
using Ropewalk.Testing.Simulated;
using Ropewalk.Transports;

namespace Ropewalk.Testing;

/// <summary>Is a machine in a <see cref="Simulation"/>: addresses, a clock, a disk, and what runs on it.</summary>
public sealed class SimHost
{
    private readonly Network _network;
    private HostLife _life;
    private Func<SimHost, CancellationToken, Task>? _program;

    internal SimHost(Network network, int number, string name, IReadOnlyList<IPAddress> addresses)
    {
        _network = network;
        Number = number;
        Name = name;
        Addresses = addresses;
        _life = new HostLife(this, network, Disk);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Gets whether it runs.</summary>
    public bool IsUp => _life.IsUp;

    /// <summary>Gets whether there is a system on it that answers, be it that nobody listens.</summary>
    internal bool HasPower => _life.HasPower;

    /// <summary>Gets or sets how far its clock is ahead of the true time. Its timers take as long as everybody's.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>Gets the clock of its present life: after a crash the timers of the former one never fire.</summary>
    public TimeProvider Time => _life.Clock;

    /// <summary>Gets or sets the bounds of the connections that are made from now on; their clock is the host's.</summary>
    public StreamTransportOptions Streams { get; set; } = new();

    /// <summary>Gets its files as its present life sees them: after a crash, what the former life still asks of them never completes.</summary>
    public IFileStore Files => _life.Files;

    /// <summary>Gets its disk, which outlives a crash; a power cut loses what was not flushed. For a scenario to look at, to fill and to fail.</summary>
    public MemoryFileStore Disk { get; } = new();

    /// <summary>Gets or sets how long its disk takes to make something durable. Default 1 ms.</summary>
    public TimeSpan FlushTime { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Gets what endpoints need on it, for <see cref="ConnectionServer"/>, <see cref="ConnectionClient"/> and a host's services.</summary>
    public EndpointContext Context => _life.Context;

    /// <summary>Gets the task of its program, or a completed one. It fails as the program does; after a crash it never ends.</summary>
    public Task Running => _life.Running;

    /// <summary>Starts a program on it, and again at each <see cref="Restart"/>. A program that fails ends the whole run.</summary>
    /// <exception cref="InvalidOperationException">The host is down, or runs a program already.</exception>
    /// <param name="program">Is given the host and a token that is cancelled when <see cref="StopAsync"/> asks it to end. A crash tells it nothing.</param>
    public void Run(Func<SimHost, CancellationToken, Task> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (!IsUp || !_life.Running.IsCompleted)
        {
            throw new InvalidOperationException(IsUp ? $"{Name} runs a program already." : $"{Name} is down: restart it first.");
        }

        _program = program;
        _life.Start(program);
    }

    /// <summary>Listens with a server of its own for the host's present life. To stop in phases, make a <see cref="ConnectionServer"/> on <see cref="Context"/>.</summary>
    public async Task<Listening> ListenAsync(string endpoint, ConnectionDelegate app, CancellationToken cancellationToken = default)
    {
        var server = new ConnectionServer(Context);
        return await server.ListenAsync(endpoint, app, cancellationToken);
    }

    /// <summary>Listens with a server of its own for the host's present life, through policies.</summary>
    public async Task<Listening> ListenAsync(string endpoint, Action<IConnectionBuilder> configure, CancellationToken cancellationToken = default)
    {
        var server = new ConnectionServer(Context);
        return await server.ListenAsync(endpoint, configure, cancellationToken);
    }

    /// <summary>Connects from it.</summary>
    public async Task<ConnectionContext> ConnectAsync(string endpoint, CancellationToken cancellationToken = default)
        => await new ConnectionClient(Context).ConnectAsync(endpoint, cancellationToken);

    /// <summary>Ends its program as SIGTERM does: asks it to, waits until it has ended, and takes the host down.</summary>
    public Task StopAsync() => _life.StopAsync();

    /// <summary>Ends its programs as <c>kill -9</c> does: the system closes their connections, and their peers learn of it.</summary>
    public void Crash()
    {
        _life.End(powerCut: false, "crash");
        Disk.CloseAll();
    }

    /// <summary>Takes its power: nobody is told, peers find half-open connections, and the disk loses what was not flushed.</summary>
    public void CutPower()
    {
        PowerCuts++;
        _life.End(powerCut: true, "power cut");
        Disk.CutPower();
    }

    /// <summary>Starts it again, with its program if it had one.</summary>
    /// <exception cref="InvalidOperationException">It is up.</exception>
    public void Restart()
    {
        if (IsUp)
        {
            throw new InvalidOperationException($"{Name} is up: crash it, or cut its power first.");
        }

        _network.Log.Add(Name, "restart");
        _life = new HostLife(this, _network, Disk);
        if (_program is not null)
        {
            _life.Start(_program);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal HostLife Life => _life;

    /// <summary>Gets how often it lost its power: what its system knew before is forgotten.</summary>
    internal int PowerCuts { get; private set; }

    /// <summary>Gets its place among the hosts.</summary>
    internal int Number { get; }
}
