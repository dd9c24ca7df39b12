using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;
using Ropewalk.Server;

namespace Ropewalk.Hosting;

/// <summary>
/// Puts one configuration in force, or none of it.
/// </summary>
/// <remarks>
/// <b>Theory.</b> Everything that can fail is done first and beside what runs: instances are made, certificates loaded, new sockets bound.
/// All errors are collected; with any of them, what was made is thrown away. Only sockets that are in each other's way (port 80 of one
/// address, then of all) need a let-go before the bind; that comes last of what can fail, and is taken back if it does. After that nothing
/// fails: pointers are switched, and what was left behind ends on its own time.
/// </remarks>
internal sealed class Reload
{
    private readonly EndpointContext _context;
    private readonly IServiceProvider _services;
    private readonly ServiceRunnerOptions _options;
    private readonly ConnectionServerOptions _serverOptions;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<RunningService> _running;
    private readonly FileStamps _stamps;
    private readonly List<PreparedService> _prepared = [];
    private readonly List<string> _errors = [];
    private readonly List<InstanceLease> _retired = [];
    private bool _discarded;
    private int _configurationErrorCount;

    public Reload(
        EndpointContext context, IServiceProvider services, ServiceRunnerOptions options, ILogger logger, IReadOnlyList<RunningService> running, ServiceComparison comparison, FileStamps stamps)
    {
        _stamps = stamps;
        _context = context;
        _services = services;
        _options = options;
        _serverOptions = new ConnectionServerOptions { DrainTimeout = options.DrainTimeout };
        _logger = logger;
        _running = running;
        foreach (ComparedService compared in comparison.Services)
        {
            _prepared.Add(new PreparedService(compared, running.FirstOrDefault(one => one.Definition.Name == compared.Before?.Name)));
        }
    }

    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Gets whether all of it is in what was configured.</summary>
    public bool IsConfiguration => _errors.Count == _configurationErrorCount;

    /// <summary>Makes everything ready. What is wrong is in <see cref="Errors"/>.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (PreparedService service in _prepared.Where(service => service.Compared.After is not null))
        {
            if (service.Compared.NeedsInstance)
            {
                await MakeInstanceAsync(service, cancellationToken);
            }
            else
            {
                await ReadFilesAsync(service, cancellationToken);
            }

            foreach (ComparedEndpoint endpoint in service.Compared.Endpoints.Where(endpoint => endpoint.Action != EndpointAction.Stop))
            {
                await PrepareEndpointAsync(service, endpoint, cancellationToken);
            }
        }

        if (_errors.Count == 0)
        {
            await BindLateAsync(cancellationToken);
        }
    }

    /// <summary>Throws away what was made ready.</summary>
    public async Task DiscardAsync()
    {
        if (_discarded)
        {
            return;
        }

        _discarded = true;
        foreach (PreparedService service in _prepared)
        {
            foreach (PreparedEndpoint endpoint in service.Endpoints.Where(endpoint => endpoint is { IsNew: true, Slot: not null }))
            {
                await endpoint.Slot!.DiscardAsync();
            }

            if (service.NewLease is { } lease)
            {
                await lease.DisposeAsync();
            }
        }
    }

    /// <summary>Puts it in force. Never fails, never waits.</summary>
    /// <param name="drain">Ends what is left behind.</param>
    /// <param name="now">Brings the deadline of what is left behind forward to now.</param>
    /// <param name="leftBehind">Is given what ends on its own time.</param>
    /// <returns>The services that run now, in the order of the configuration.</returns>
    public IReadOnlyList<RunningService> Commit(Drain drain, CancellationToken now, Action<RunningService?, Task> leftBehind)
    {
        var result = new List<RunningService>();
        foreach (PreparedService service in _prepared.Where(service => service.Compared.After is not null))
        {
            result.Add(Commit(service, drain));
        }

        // Only now are all sockets that change hands in their new ones.
        foreach (PreparedService service in _prepared)
        {
            foreach (ComparedEndpoint endpoint in service.Compared.Endpoints.Where(endpoint => endpoint.Action == EndpointAction.Stop))
            {
                if (service.Compared.After is not null && FindSlot(service.Running!, endpoint.Key) is { } slot)
                {
                    leftBehind(null, service.Running!.StopSlotAsync(slot, now));
                }
            }

            if (service.Compared.After is null)
            {
                leftBehind(service.Running!, service.Running!.StopAsync(now));
            }
        }

        // Only now is known all that holds them.
        foreach (InstanceLease lease in _retired)
        {
            leftBehind(null, lease.RetireAsync());
        }

        return result;
    }

    /// <summary>Tells the instances that are new that they are in force.</summary>
    public void TellStarted()
    {
        foreach (PreparedService service in _prepared.Where(service => service.NewLease is not null))
        {
            try
            {
                service.NewLease!.Instance.OnStarted();
            }
            catch (Exception e)
            {
                // it was not to fail: the others begin all the same
                HostingLog.BeginFailed(_logger, service.Compared.Name, e);
            }
        }
    }

    private static EndpointSlot? FindSlot(RunningService service, string key) => service.Slots.FirstOrDefault(slot => slot.Key == key);

    private async Task MakeInstanceAsync(PreparedService service, CancellationToken cancellationToken)
    {
        ServiceDefinition definition = service.Compared.After!;
        try
        {
            ServiceInstance instance = await definition.Kind.StartAsync(
                definition.Options, new ServiceContext(definition.Name, _context, _services, _stamps), cancellationToken);
            service.NewLease = new InstanceLease(instance, definition.Name, _logger);
        }
        catch (ServiceConfigurationException e)
        {
            _configurationErrorCount += e.Errors.Count;
            _errors.AddRange(e.Errors.Select(error => $"{definition.Name}: {error}"));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _errors.Add($"{definition.Name}: {e.Message}");
        }
    }

    private async Task ReadFilesAsync(PreparedService service, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<string> errors = await service.Running!.Lease.Instance.ReadFilesAsync(service.Compared.After!.Options, cancellationToken);
            _errors.AddRange(errors.Select(error => $"{service.Compared.Name}: {error}"));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _errors.Add($"{service.Compared.Name}: {e.Message}");
        }
    }

    private async Task PrepareEndpointAsync(PreparedService service, ComparedEndpoint compared, CancellationToken cancellationToken)
    {
        var endpoint = new PreparedEndpoint(compared);
        service.Endpoints.Add(endpoint);
        try
        {
            if (service.Lease is { } lease && (service.NewLease is not null || compared.Action is EndpointAction.Listen or EndpointAction.TakeOver))
            {
                endpoint.Handlers = EndpointHandlers.TryGet(lease.Instance, compared.Endpoint)
                    ?? throw new EndpointException(
                        $"Cannot listen on {compared.Endpoint}: {service.Compared.After!.Kind.Name} takes no {(EndpointIdentity.IsDatagram(compared.Endpoint) ? "datagrams" : "connections")}.",
                        Diagnostics.ErrorSide.Local);
            }

            if (compared.Action == EndpointAction.Listen)
            {
                await BindAsync(service, endpoint, cancellationToken);
            }
            else
            {
                endpoint.Slot = _running.Select(one => FindSlot(one, compared.Key)).First(slot => slot is not null);
                await MakeFrontAsync(endpoint, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _errors.Add($"{service.Compared.Name}: {e.Message}");
        }
    }

    private async Task MakeFrontAsync(PreparedEndpoint endpoint, CancellationToken cancellationToken)
    {
        EndpointSpec spec = endpoint.Compared.Endpoint;
        if (endpoint.Slot is not StreamSlot slot || !EndpointIdentity.CanChangeFront(spec) || (!slot.HasFront && slot.Spec.Equals(spec)))
        {
            return;
        }

        // An endpoint that has not changed too: its certificate files may have.
        endpoint.Front = await slot.MakeFrontAsync(spec, cancellationToken);
        endpoint.HasFront = true;
    }

    private async Task BindAsync(PreparedService service, PreparedEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            if (endpoint.Handlers is null)
            {
                return; // its instance could not be made, which is an error already
            }

            endpoint.IsNew = true;
            endpoint.Slot = await BindAsync(endpoint.Compared.Key, endpoint.Compared.Endpoint, endpoint.Handlers, cancellationToken);
        }
        catch (EndpointException) when (Obstacles(endpoint).Any())
        {
            // What is in its way stops in this very reload: once more when everything else is ready.
        }
    }

    private async ValueTask<EndpointSlot> BindAsync(string key, EndpointSpec spec, EndpointHandlers handlers, CancellationToken cancellationToken)
        => EndpointIdentity.IsDatagram(spec)
            ? await DatagramSlot.BindAsync(key, spec, _context, _options, handlers, cancellationToken)
            : await StreamSlot.BindAsync(key, spec, _context, _serverOptions, cancellationToken);

    private IEnumerable<(RunningService Service, EndpointSlot Slot)> Obstacles(PreparedEndpoint endpoint)
        => from service in _prepared
           where service.Running is not null
           from stop in service.Compared.Endpoints
           where stop.Action == EndpointAction.Stop && EndpointIdentity.MayConflict(stop.Endpoint, endpoint.Compared.Endpoint)
           let slot = FindSlot(service.Running!, stop.Key)
           where slot is { Error: null }
           select (service.Running!, slot);

    private async Task BindLateAsync(CancellationToken cancellationToken)
    {
        var letGo = new List<(RunningService Service, EndpointSlot Slot)>();
        try
        {
            await BindLateAsync(letGo, cancellationToken);
        }
        catch
        {
            // cancelled, or no thread to look a name up with: the old listeners come back all the same
            await TakeBackAsync(letGo);
            throw;
        }

        if (_errors.Count > 0)
        {
            await TakeBackAsync(letGo);
        }
    }

    private async Task BindLateAsync(List<(RunningService Service, EndpointSlot Slot)> letGo, CancellationToken cancellationToken)
    {
        foreach (PreparedService service in _prepared)
        {
            foreach (PreparedEndpoint endpoint in service.Endpoints.Where(endpoint => endpoint is { IsNew: true, Slot: null }))
            {
                foreach ((RunningService owner, EndpointSlot slot) in Obstacles(endpoint).Where(obstacle => !letGo.Contains(obstacle)).ToList())
                {
                    letGo.Add((owner, slot));
                    await slot.UnbindAsync();
                }

                try
                {
                    endpoint.Slot = await BindAsync(endpoint.Compared.Key, endpoint.Compared.Endpoint, endpoint.Handlers!, cancellationToken);
                }
                catch (EndpointException e)
                {
                    _errors.Add($"{service.Compared.Name}: {e.Message}");
                }
            }
        }
    }

    private async Task TakeBackAsync(List<(RunningService Service, EndpointSlot Slot)> letGo)
    {
        // What was bound meanwhile is in the way of the old.
        await DiscardAsync();
        foreach ((RunningService service, EndpointSlot slot) in letGo)
        {
            try
            {
                EndpointHandlers handlers = EndpointHandlers.TryGet(slot.Lease!.Instance, slot.Spec)!;
                EndpointSlot again = await BindAsync(slot.Key, slot.Spec, handlers, CancellationToken.None);
                again.Start(service.Definition.Name, slot.Lease, handlers);
                service.SetSlots(service.Slots.Select(one => one == slot ? again : one));
                service.Leave(slot);
            }
            catch (Exception e)
            {
                // whatever it is: the others are still to come back, and the page says which did not
                slot.Error = e.Message;
                HostingLog.EndpointLost(_logger, service.Definition.Name, slot.Spec.ToString(), e);
            }
        }
    }

    private RunningService Commit(PreparedService service, Drain drain)
    {
        ComparedService compared = service.Compared;
        ServiceDefinition definition = compared.After!;
        InstanceLease lease = service.Lease!;
        DateTimeOffset now = _context.TimeProvider.GetUtcNow();
        RunningService running = service.Running ?? new RunningService(definition, lease, now);
        InstanceLease former = running.Lease;
        if (service is { NewLease: null, Running: not null })
        {
            TakeFiles(running);
        }

        if (compared.Action is ServiceAction.ApplyLive or ServiceAction.Swap && compared.Changes.Any(change => change.Scope == SettingScope.Live))
        {
            ApplyLive(running, definition);
        }

        foreach (PreparedEndpoint endpoint in service.Endpoints)
        {
            if (endpoint.IsNew)
            {
                endpoint.Slot!.Start(definition.Name, lease, endpoint.Handlers!);
                continue;
            }

            bool goodbye = compared.Action == ServiceAction.Restart || endpoint.Compared.Action == EndpointAction.TakeOver;
            endpoint.Slot!.Switch(new SlotChange(definition.Name, lease, endpoint.Handlers, endpoint.Compared.Endpoint, endpoint.HasFront, endpoint.Front), drain, goodbye);
            if (endpoint.Compared.Action == EndpointAction.TakeOver)
            {
                RunningService from = _running.First(one => FindSlot(one, endpoint.Compared.Key) is not null);
                from.SetSlots(from.Slots.Where(slot => slot != endpoint.Slot));
            }
        }

        IEnumerable<EndpointSlot> stopping = running.Slots.Except(service.Endpoints.Select(endpoint => endpoint.Slot!));
        running.SetSlots([.. service.Endpoints.Select(endpoint => endpoint.Slot!), .. stopping]);
        running.Definition = definition;
        if (former != lease)
        {
            running.SetLease(lease);
            running.StartedAt = compared.Action == ServiceAction.Restart ? now : running.StartedAt;
            _retired.Add(former);
        }

        return running;
    }

    private void TakeFiles(RunningService running)
    {
        try
        {
            running.Lease.Instance.TakeFiles();
        }
        catch (Exception e)
        {
            HostingLog.ApplyLiveFailed(_logger, running.Definition.Name, e);
        }
    }

    // Open connections of instances that an earlier reload has replaced are open connections too.
    private void ApplyLive(RunningService running, ServiceDefinition definition)
    {
        foreach (InstanceLease lease in running.LiveLeases)
        {
            try
            {
                lease.Instance.ApplyLive(definition.Options);
            }
            catch (Exception e)
            {
                HostingLog.ApplyLiveFailed(_logger, definition.Name, e);
            }
        }
    }
}
