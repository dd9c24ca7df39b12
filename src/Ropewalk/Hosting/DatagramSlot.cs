using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Hosting;

/// <summary>Is one bound endpoint of datagrams.</summary>
internal sealed class DatagramSlot : EndpointSlot
{
    private readonly IDatagramPort _port;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _drainTimeout;
    private readonly string _boundTo;
    private Task? _stop;

    private DatagramSlot(string key, EndpointSpec spec, TimeProvider timeProvider, TimeSpan drainTimeout, IDatagramPort port)
        : base(key, spec)
    {
        _timeProvider = timeProvider;
        _drainTimeout = drainTimeout;
        _port = port;
        _boundTo = port.LocalEndPoint.ToString();
    }

    public override string? BoundTo => Error is null ? _boundTo : null;

    public override ServiceState State => Lease is null ? ServiceState.Starting
        : _stop is null ? ServiceState.Running
        : _stop.IsCompleted ? ServiceState.Stopped
        : ServiceState.Draining;

    /// <summary>Binds a port. It receives at once: a datagram has no connection that could wait.</summary>
    public static async ValueTask<DatagramSlot> BindAsync(
        string key, EndpointSpec spec, EndpointContext context, ServiceRunnerOptions options, EndpointHandlers handlers, CancellationToken cancellationToken)
        => new(key, spec, context.TimeProvider, options.DrainTimeout, await context.BindDatagramsAsync(spec, handlers.Datagrams!, handlers.DatagramOptions, cancellationToken));

    public override TrafficTotals CaptureTotals()
    {
        DatagramCounters counters = _port.ReadCounters();
        return new TrafficTotals
        {
            ReceivedDatagrams = counters.Received,
            SentDatagrams = counters.Sent,
            ReceivedBytes = counters.ReceivedBytes,
            SentBytes = counters.SentBytes,
            DroppedDatagrams = counters.Dropped + counters.Overflowed,
        };
    }

    public override void Start(string service, InstanceLease lease, EndpointHandlers handlers)
    {
        Lease = lease;
        lease.Instance.OnListening(Spec, _port.LocalEndPoint);
    }

    public override void Switch(SlotChange change, Drain drain, bool goodbye)
    {
        Spec = change.Endpoint;
        if (change.Lease == Lease)
        {
            return;
        }

        Lease!.Hold(_port.SwapHandlerAsync(change.Handlers!.Datagrams!));
        Lease = change.Lease;
        Lease.Instance.OnListening(Spec, _port.LocalEndPoint);
    }

    public override Task UnbindAsync() => _port.DisposeAsync().AsTask();

    public override Task StopAsync(CancellationToken now)
    {
        _stop ??= StopPhasedAsync(Lease!, now);
        Lease!.Hold(_stop);
        return _stop;
    }

    public override ValueTask DiscardAsync() => _port.DisposeAsync();

    private async Task StopPhasedAsync(InstanceLease lease, CancellationToken now)
    {
        await _port.StopAsync(now);
        await EndOwedAnswersAsync(lease, now);
        await _port.DisposeAsync();
    }

    private async Task EndOwedAnswersAsync(InstanceLease lease, CancellationToken now)
    {
        using var deadline = new CancellationTokenSource(_drainTimeout, _timeProvider);
        await using CancellationTokenRegistration sooner = now.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        try
        {
            await lease.Instance.DrainDatagramsAsync(deadline.Token).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
        }
    }
}
