using Ropewalk.Diagnostics;
using Ropewalk.Server;

namespace Ropewalk.Hosting;

/// <summary>Is one service that runs: its definition in force, its instance, its endpoints. Touched on the runner's turn, read from anywhere.</summary>
internal sealed class RunningService(ServiceDefinition definition, InstanceLease lease, DateTimeOffset startedAt)
{
    private readonly Lock _lock = new();
    private readonly List<EndpointSlot> _leaving = [];
    private readonly List<InstanceLease> _formerLeases = [];
    private List<EndpointSlot> _slots = [];
    private TrafficTotals _gone = TrafficTotals.Zero;
    private bool _stopping;

    public ServiceDefinition Definition { get; set; } = definition;

    /// <summary>Gets the instance that gets what is new.</summary>
    public InstanceLease Lease { get; private set; } = lease;

    /// <summary>Gets the instances that still have something to serve, the former ones included.</summary>
    public IEnumerable<InstanceLease> LiveLeases => _formerLeases.Where(one => !one.IsDisposed).Append(Lease);

    public DateTimeOffset StartedAt { get; set; } = startedAt;

    /// <summary>Gets the endpoints, in the order of the configuration.</summary>
    public IReadOnlyList<EndpointSlot> Slots
    {
        get
        {
            lock (_lock)
            {
                return _slots;
            }
        }
    }

    /// <summary>Replaces the instance that gets what is new.</summary>
    public void SetLease(InstanceLease next)
    {
        _formerLeases.RemoveAll(one => one.IsDisposed);
        _formerLeases.Add(Lease);
        Lease = next;
    }

    /// <summary>Replaces the list of endpoints; none of those left out is stopped by it.</summary>
    public void SetSlots(IEnumerable<EndpointSlot> slots)
    {
        lock (_lock)
        {
            _slots = [.. slots];
        }
    }

    /// <summary>Keeps an endpoint that accepts nothing new in the books until what it has is over.</summary>
    public void Leave(EndpointSlot slot)
    {
        lock (_lock)
        {
            _slots = [.. _slots.Where(one => one != slot)];
            _leaving.Add(slot);
        }
    }

    /// <summary>Stops an endpoint in phases and keeps its totals.</summary>
    public async Task StopSlotAsync(EndpointSlot slot, CancellationToken now)
    {
        Leave(slot);
        await slot.StopAsync(now);
        lock (_lock)
        {
            _leaving.Remove(slot);
            _gone += slot.CaptureTotals();
        }
    }

    /// <summary>Stops all endpoints in phases, those included that a failed reload has left without a socket, and then the instance.</summary>
    public async Task StopAsync(CancellationToken now)
    {
        EndpointSlot[] slots;
        lock (_lock)
        {
            _stopping = true;
            slots = [.. _slots, .. _leaving];
        }

        Lease.Instance.OnStopping();
        await Task.WhenAll(slots.Select(slot => slot.StopAsync(now)));
        await Lease.RetireAsync();
    }

    public ServiceStatus CaptureStatus()
    {
        lock (_lock)
        {
            EndpointStatus[] endpoints = [.. _slots.Select(slot => slot.CaptureStatus())];
            TrafficTotals totals = _leaving.Select(slot => slot.CaptureTotals()).Concat(endpoints.Select(endpoint => endpoint.Totals)).Aggregate(_gone, (sum, one) => sum + one);
            return new ServiceStatus(Definition.Name, Definition.Kind.Name, StateOf(endpoints), StartedAt, null, endpoints, totals);
        }
    }

    public IEnumerable<(EndpointSlot Slot, LiveConnection Connection)> ListConnections(int most)
    {
        EndpointSlot[] slots;
        lock (_lock)
        {
            slots = [.. _slots, .. _leaving];
        }

        return slots.SelectMany(slot => slot.ListConnections(most).Select(connection => (slot, connection)));
    }

    private ServiceState StateOf(EndpointStatus[] endpoints)
        => endpoints.Any(endpoint => endpoint.State == ServiceState.Failed) ? ServiceState.Failed
        : endpoints.Length > 0 && endpoints.All(endpoint => endpoint.State == ServiceState.Stopped) ? ServiceState.Stopped
        : _stopping ? ServiceState.Draining
        : ServiceState.Running;
}
