using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Server;

namespace Ropewalk.Hosting;

/// <summary>
/// Is one bound endpoint of a running service. The socket in it stays as long as the configuration has it; what it calls is switched.
/// </summary>
internal abstract class EndpointSlot(string key, EndpointSpec spec)
{
    /// <summary>Gets the socket's identity, by which a reload finds it.</summary>
    public string Key => key;

    /// <summary>Gets the endpoint, as last configured.</summary>
    public EndpointSpec Spec { get; protected set; } = spec;

    /// <summary>Gets or sets the error that has cost the endpoint its socket; null where it has one.</summary>
    public string? Error { get; set; }

    /// <summary>Gets what it is bound to.</summary>
    public abstract string? BoundTo { get; }

    /// <summary>Gets where it is in its life.</summary>
    public abstract ServiceState State { get; }

    /// <summary>Gets the instance that gets what is new.</summary>
    public InstanceLease? Lease { get; protected set; }

    /// <summary>Gets whether it waits for the system to have descriptors or memory again.</summary>
    public virtual bool IsStarved => false;

    /// <summary>
    /// Gets a task that completes when it will never take anything again by itself, and nothing is open: its listener had one connection to give.
    /// Null where there is always another one.
    /// </summary>
    public virtual Task? UsedUp => null;

    /// <summary>Captures what has passed through.</summary>
    public abstract TrafficTotals CaptureTotals();

    /// <summary>Lists live connections, oldest first.</summary>
    public virtual IReadOnlyList<LiveConnection> ListConnections(int most) => [];

    /// <summary>Begins to take what comes.</summary>
    public abstract void Start(string service, InstanceLease lease, EndpointHandlers handlers);

    /// <summary>Gives what is new to another instance, or the same one behind another front.</summary>
    /// <param name="change">What is switched to.</param>
    /// <param name="drain">Ends what the former instance has.</param>
    /// <param name="goodbye">Whether that is asked to end.</param>
    public abstract void Switch(SlotChange change, Drain drain, bool goodbye);

    /// <summary>Lets go of the socket; what is open goes on.</summary>
    public abstract Task UnbindAsync();

    /// <summary>Stops in phases, and holds the instance until that is done.</summary>
    public abstract Task StopAsync(CancellationToken now);

    /// <summary>Lets go of a socket that was bound and not yet started.</summary>
    public abstract ValueTask DiscardAsync();

    /// <summary>Captures its status.</summary>
    public EndpointStatus CaptureStatus() => new(Spec.ToString(), BoundTo, Error is null ? State : ServiceState.Failed, Error, CaptureTotals()) { IsStarved = IsStarved };
}
