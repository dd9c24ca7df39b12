using System.Net;
using System.Net.Sockets;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;

namespace Ropewalk.Testing;

/// <summary>Resolves the names of a simulation: its hosts', and what a scenario says.</summary>
public sealed class SimNames : INameResolver
{
    private readonly Dictionary<string, IReadOnlyList<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _failing = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _stalling = new(StringComparer.OrdinalIgnoreCase);
    private readonly VirtualTime _time;

    internal SimNames(VirtualTime time)
    {
        _time = time;
        Set("localhost", IPAddress.IPv6Loopback, IPAddress.Loopback);
    }

    /// <summary>Gets or sets how long an answer takes. Default 1 ms.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Gives a name other addresses from now on, and lets it answer again.</summary>
    public void Set(string name, params IReadOnlyList<IPAddress> addresses)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _addresses[name] = [.. addresses];
        _failing.Remove(name);
        _stalling.Remove(name);
    }

    /// <summary>Has a name fail, as where its server answers with a failure.</summary>
    public void Fail(string name) => _failing.Add(name);

    /// <summary>Has a name not answer at all: who asks waits until it gives up.</summary>
    public void Stall(string name) => _stalling.Add(name);

    /// <summary>Lets a name answer again.</summary>
    public void Heal(string name)
    {
        _failing.Remove(name);
        _stalling.Remove(name);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        await Task.Delay(_stalling.Contains(host) ? Timeout.InfiniteTimeSpan : Latency, _time, cancellationToken);
        return _failing.Contains(host) ? throw new EndpointException($"The name {host} could not be resolved: the server failed.", ErrorSide.Remote)
            : _addresses.TryGetValue(host, out IReadOnlyList<IPAddress>? found) ? [.. found.Where(address => address.AddressFamily == family)]
            : throw new EndpointException($"The name {host} does not exist.", ErrorSide.Remote);
    }
}
