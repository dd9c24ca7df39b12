using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Ropewalk.Testing.Seeds;
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
    private readonly Network _network;

    internal Simulation(SimulationOptions options, int seed, SimulationLoop loop)
    {
        Seed = seed;
        Time = new VirtualTime(seed);
        Log = new SimulationLog(Time, options.LogEvents);
        Random = new Random(seed);
        _network = new Network(this, loop) { Captured = options.Capture ? [] : null };
    }

    /// <summary>Gets the seed.</summary>
    public int Seed { get; }

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

    /// <summary>Runs a scenario to its end: once, or once for each of several seeds.</summary>
    /// <remarks>
    /// The seeds are, in this order: <see cref="SimulationOptions.Seed"/>; the environment's <c>ROPEWALK_SEED</c> (<c>17</c>); its <c>ROPEWALK_SEEDS</c>
    /// (<c>1-1000</c>); <see cref="SimulationOptions.Seeds"/>; 1. The first seed that fails ends it.
    /// </remarks>
    /// <param name="scenario">Makes the hosts, does what it does, and checks. It is called once for each seed, and keeps nothing from one to the next.</param>
    /// <param name="options">Seed, mode and bounds; null for the defaults.</param>
    /// <param name="method">
    /// The calling method, by which the command that repeats a run finds the test. A method that is called by tests hands theirs on:
    /// <c>[CallerMemberName] string? test = null</c>.
    /// </param>
    /// <returns>The log of the last run.</returns>
    /// <exception cref="SimulationFailedException">The scenario failed, or did not end; the message has the seed and the command that repeats it.</exception>
    /// <exception cref="FormatException"><c>ROPEWALK_SEED</c> is no seed, or <c>ROPEWALK_SEEDS</c> no range.</exception>
    public static async Task<SimulationLog> RunAsync(Func<Simulation, Task> scenario, SimulationOptions? options = null, [CallerMemberName] string? method = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        options ??= new SimulationOptions();
        SimulationLog? last = null;
        foreach (int seed in options.SeedsToRun().Each())
        {
            last = await RunOneAsync(scenario, options, seed, method);
        }

        return last!;
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

    private static async Task<SimulationLog> RunOneAsync(Func<Simulation, Task> scenario, SimulationOptions options, int seed, string? method)
    {
        SimulationLoop loop = options.Mode == SimulationMode.Strict ? new StrictLoop() : new WholeLoop(options.Patience);
        var simulation = new Simulation(options, seed, loop);
        string name = options.Name ?? method ?? "the scenario";
        int? told = SeedReporter.OfProcess?.Begin(name, seed, isPinned: options.Seed is not null);
        SimulationFailedException? failure = null;
        try
        {
            await loop.RunAsync(() => scenario(simulation), simulation.Time, options.Limit);
        }
        catch (Exception e)
        {
            failure = simulation.Failed(name, method, e);
        }

        if (told is { } run)
        {
            SeedReporter.OfProcess!.End(run, failure?.Message);
        }

        return failure is null ? simulation.Log : throw failure;
    }

    private SimulationFailedException Failed(string name, string? method, Exception cause)
    {
        string message = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {name} failed with seed {Seed} after {Time.Elapsed:c} of virtual time, trace {Log.Trace:x16}: {cause.Message}
            {RepeatCommand.OfProcess().Again(Seed, method)}
            {Last()}{Open(12)}
            """);
        return new SimulationFailedException(message, Seed, Time.Elapsed, Log.Trace, cause);
    }

    private string Open(int most)
    {
        string[] open = [.. Hosts.SelectMany(host => host.Life.Describe())];
        return open.Length == 0 ? "" : $"{Environment.NewLine}{open.Length} ends of connections are open:{Environment.NewLine}{string.Join(Environment.NewLine, open.Take(most).Select(one => "  " + one))}";
    }

    private string Last() => $"The last of {Log.Count} events:{Environment.NewLine}{string.Join(Environment.NewLine, Log.Last.Select(one => "  " + one))}";
}
