using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Server;

namespace Ropewalk.Hosting;

/// <summary>Is one bound endpoint of streams.</summary>
internal sealed class StreamSlot : EndpointSlot
{
    private readonly EndpointListener _bound;
    private readonly EndpointContext _context;
    private readonly ConnectionServerOptions _options;
    private readonly List<FormerApplication> _formerFronts = [];
    private Func<ConnectionDelegate, ConnectionDelegate>? _front;
    private ConnectionDelegate? _app;
    private Listening? _listening;
    private Task? _stop;

    private StreamSlot(string key, EndpointSpec spec, EndpointListener bound, EndpointContext context, ConnectionServerOptions options)
        : base(key, spec)
    {
        _bound = bound;
        _front = bound.Front;
        _context = context;
        _options = options;
    }

    /// <summary>Gets whether something stands before the connections.</summary>
    public bool HasFront => _front is not null;

    public override string? BoundTo => Error is null ? _bound.Listener.EndPoint.ToString() : null;

    public override ServiceState State => _listening is null ? ServiceState.Starting
        : _listening.IsStopped ? ServiceState.Stopped
        : _stop is not null || (_listening.AcceptingEnded.IsCompleted && _listening.ConnectionCount > 0) ? ServiceState.Draining
        : _listening.AcceptingEnded.IsCompleted ? ServiceState.Stopped
        : ServiceState.Running;

    public override bool IsStarved => _listening is { IsStarved: true };

    public override Task? UsedUp => _listening?.UsedUp;

    /// <summary>Binds a socket; nothing is accepted yet.</summary>
    public static async ValueTask<StreamSlot> BindAsync(
        string key, EndpointSpec spec, EndpointContext context, ConnectionServerOptions options, CancellationToken cancellationToken)
        => new(key, spec, await context.ListenAsync(spec, cancellationToken), context, options);

    /// <summary>Makes the front of an endpoint string for the socket that this slot has.</summary>
    public async ValueTask<Func<ConnectionDelegate, ConnectionDelegate>?> MakeFrontAsync(EndpointSpec spec, CancellationToken cancellationToken)
    {
        EndpointContext onThisSocket = _context.With(new BoundListeners(_bound.Listener.EndPoint));
        return (await onThisSocket.ListenAsync(spec, cancellationToken)).Front;
    }

    public override TrafficTotals CaptureTotals() => _listening?.CaptureTotals() ?? TrafficTotals.Zero;

    public override IReadOnlyList<LiveConnection> ListConnections(int most) => _listening?.ListConnections(most) ?? [];

    public override void Start(string service, InstanceLease lease, EndpointHandlers handlers)
    {
        Lease = lease;
        _app = handlers.Connections!;
        _listening = new Listening(Spec, _bound, _app, _context, _options) { ServiceName = service };
        lease.Instance.OnListening(Spec, _bound.Listener.EndPoint);
        _listening.Start();
    }

    public override void Switch(SlotChange change, Drain drain, bool goodbye)
    {
        InstanceLease former = Lease!;
        bool sameInstance = change.Lease == former;
        if (sameInstance && !change.HasFront)
        {
            return;
        }

        _app = change.Handlers?.Connections ?? _app!;
        _front = change.HasFront ? change.Front : _front;
        Spec = change.Endpoint;
        Lease = change.Lease;
        _listening!.ServiceName = change.Service;
        if (!sameInstance)
        {
            Lease.Instance.OnListening(Spec, _bound.Listener.EndPoint);
        }

        FormerApplication left = _listening.Swap(_app, Spec, _front);
        _formerFronts.RemoveAll(one => one.Drained.IsCompleted);
        _formerFronts.Add(left);
        if (sameInstance)
        {
            former.Hold(left.Drained);
            return;
        }

        foreach (FormerApplication one in _formerFronts)
        {
            former.Hold(drain.EndAsync(one, goodbye));
        }

        _formerFronts.Clear();
    }

    public override Task UnbindAsync() => _listening!.UnbindAsync();

    public override Task StopAsync(CancellationToken now)
    {
        _stop ??= _listening!.StopAsync(now);
        Lease!.Hold(_stop);
        return _stop;
    }

    public override ValueTask DiscardAsync() => _bound.Listener.DisposeAsync();
}
