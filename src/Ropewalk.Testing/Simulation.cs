using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Ropewalk.Testing.Simulated;

namespace Ropewalk.Testing;

/// <summary>
/// Is a network of hosts inside one test: names, addresses, links with latency and faults, and one virtual time. What runs on the hosts is real
/// code on the engine's own seam; the same seed gives the same run.
/// </summary>
/// <remarks>
/// <b>Theory.</b> Code runs until none of it can; then time moves to the next thing that is due (an arrival, a timer), and that wakes code again. So a
/// virtual hour of silence costs nothing, and no test waits. What decides by chance (jitter, loss) draws from the seed in the order of the events.
/// See docs/simulation.md.
/// </remarks>
public sealed class Simulation
{
    private readonly SimulationOptions _options;
    private readonly Network _network;
    private readonly SimulationLoop _loop;

    internal Simulation(SimulationOptions options, SimulationLoop loop)
    {
        _options = options;
        _loop = loop;
        Time = new VirtualTime(options.Seed);
        Log = new SimulationLog(Time, options.LogEvents);
        Random = new Random(options.Seed);
        _network = new Network(this, loop) { Captured = options.Capture ? [] : null };
    }

    /// <summary>Gets the seed.</summary>
    public int Seed => _options.Seed;

    /// <summary>Gets the true time, which no host's skew changes. The simulation moves it; a scenario only waits.</summary>
    public VirtualTime Time { get; }

    /// <summary>Gets what has happened.</summary>
    public SimulationLog Log { get; }

    /// <summary>Gets the scenario's own source of chance, which the network does not draw from.</summary>
    public Random Random { get; }

    /// <summary>Gets the names of the network, which every host asks.</summary>
    public SimNames Names => _network.Names;

    /// <summary>Gets the hosts, in the order of their making.</summary>
    public IReadOnlyList<SimHost> Hosts => _network.Hosts;

    /// <summary>Gets or sets how links are that have no settings of their own.</summary>
    public LinkSettings Links
    {
        get => _network.DefaultLink;
        set => _network.DefaultLink = value ?? throw new ArgumentNullException(nameof(value));
    }

    internal Network Network => _network;

    /// <summary>Runs a scenario to its end.</summary>
    /// <param name="scenario">Makes the hosts, does what it does, and checks.</param>
    /// <param name="options">Seed, mode and bounds; null for the defaults.</param>
    /// <param name="name">The name that failures show: the calling method's.</param>
    /// <exception cref="SimulationFailedException">The scenario failed, or did not end; the message has the seed and the command that repeats it.</exception>
    public static async Task<SimulationLog> RunAsync(Func<Simulation, Task> scenario, SimulationOptions? options = null, [CallerMemberName] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        options ??= new SimulationOptions();
        SimulationLoop loop = options.Mode == SimulationMode.Strict ? new StrictLoop() : new WholeLoop(options.Patience);
        var simulation = new Simulation(options, loop);
        try
        {
            await loop.RunAsync(() => scenario(simulation), simulation.Time, options.Limit);
        }
        catch (Exception e)
        {
            throw simulation.Failed(options.Name ?? name ?? "the scenario", e);
        }

        return simulation.Log;
    }

    /// <summary>Adds a host. Its addresses, unless given, are the next of 10.0.0.0/8 and fd00::/8; its name resolves to them.</summary>
    /// <exception cref="ArgumentException">The name, or an address, is taken.</exception>
    public SimHost AddHost(string name, params IReadOnlyList<IPAddress> addresses)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(addresses);
        return _network.AddHost(name, addresses);
    }

    /// <summary>Sets how the way between two hosts is, in both directions.</summary>
    public void SetLink(SimHost one, SimHost other, LinkSettings settings)
    {
        SetWay(one, other, settings);
        SetWay(other, one, settings);
    }

    /// <summary>Sets how the way from one host to another is.</summary>
    public void SetWay(SimHost from, SimHost to, LinkSettings settings)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(settings);
        _network.WayOf(from, to).Own = settings;
    }

    /// <summary>Adds a rule after those that are there.</summary>
    /// <returns>What removes it when disposed.</returns>
    public IDisposable AddRule(LinkRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return _network.AddRule(rule);
    }

    /// <summary>Cuts hosts off from all others, until the returned object is disposed. Among themselves, and to itself, a host is reached as ever.</summary>
    public IDisposable Partition(params SimHost[] side)
    {
        ArgumentNullException.ThrowIfNull(side);
        SimHost[] cut = [.. side];
        Log.Add(string.Join(",", cut.Select(host => host.Name)), "partition");
        return AddRule((in LinkUnit unit) => Array.IndexOf(cut, unit.From) >= 0 != Array.IndexOf(cut, unit.To) >= 0 ? LinkVerdict.Drop : LinkVerdict.Pass);
    }

    /// <summary>
    /// Breaks things at random for a while: partitions, bad links, resets, and crashes of the hosts that are named. What breaks, and when, comes from
    /// the seed. When the task completes, everything is mended again: what a scenario is about must then come right by itself.
    /// </summary>
    /// <param name="options">What breaks; null for everything but crashes.</param>
    public Task StormAsync(StormOptions? options = null) => new Storm(this, options ?? new StormOptions()).RunAsync();

    /// <summary>Writes what has arrived so far as a pcapng file, for Wireshark and tshark.</summary>
    /// <exception cref="InvalidOperationException"><see cref="SimulationOptions.Capture"/> was not set.</exception>
    public void WriteCapture(Stream to)
    {
        ArgumentNullException.ThrowIfNull(to);
        PacketCapture.Write(to, Time.GetUtcNow() - Time.Elapsed, _network.Captured ?? throw new InvalidOperationException("Nothing was captured: set SimulationOptions.Capture."));
    }

    /// <summary>Waits in virtual time.</summary>
    public Task DelayAsync(TimeSpan time, CancellationToken cancellationToken = default) => Task.Delay(time, Time, cancellationToken);

    private SimulationFailedException Failed(string name, Exception cause)
    {
        string message = string.Create(
            CultureInfo.InvariantCulture,
            $"{name} failed with seed {Seed} after {Time.Elapsed:c} of virtual time: {cause.Message}{Environment.NewLine}The same again: ROPEWALK_SEED={Seed} dotnet test --filter \"{name}\"{Environment.NewLine}{Last(12)}{Open(12)}");
        return new SimulationFailedException(message, Seed, Time.Elapsed, cause);
    }

    private string Open(int most)
    {
        string[] open = [.. Hosts.SelectMany(host => host.Life.Describe())];
        return open.Length == 0 ? "" : $"{Environment.NewLine}{open.Length} ends of connections are open:{Environment.NewLine}{string.Join(Environment.NewLine, open.Take(most).Select(one => "  " + one))}";
    }

    private string Last(int count)
    {
        IReadOnlyList<SimulationEvent> events = Log.Events;
        return $"The last of {Log.Count} events:{Environment.NewLine}{string.Join(Environment.NewLine, events.Skip(events.Count - count).Select(one => "  " + one))}";
    }
}
