using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Transports;

namespace Ropewalk.Hosting;

/// <summary>
/// Runs a set of services and changes it while it runs: the start, every reload and the stop are the same operation with other definitions.
/// </summary>
/// <remarks>
/// A reload never hands a socket over and never closes one that stays: the accept loop, or the datagram port, goes on, and what it calls is
/// switched. All that can fail is done before anything that runs is touched; if something does fail, nothing has changed and every error is
/// told. See <c>docs/reload.md</c>. <b>Call</b>: from any thread; applications and the stop take turns.
/// </remarks>
public sealed class ServiceRunner : IStatusSource, IAsyncDisposable
{
    // What is left for handlers that do not return after their connections were aborted.
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(2);

    private readonly EndpointContext _context;
    private readonly IServiceProvider _services;
    private readonly ServiceRunnerOptions _options;
    private readonly ILogger _logger;
    private readonly long _startedAt;
    private readonly CancellationTokenSource _now = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private readonly List<(RunningService? Service, Task Ended)> _leftBehind = [];
    private readonly IDisposable _metered;
    private IReadOnlyList<RunningService> _running = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _turn = Task.CompletedTask;
    private ReloadStatus? _lastReload;
    private ServiceState _state = ServiceState.Starting;

    /// <summary>Creates a runner that runs nothing yet.</summary>
    /// <param name="context">Schemes, transports, clock, logs, services; null for the defaults.</param>
    /// <param name="options">Its bounds; null for the defaults.</param>
    public ServiceRunner(EndpointContext? context = null, ServiceRunnerOptions? options = null)
    {
        _context = context ?? new EndpointContext();
        _services = _context.Services ?? new ServiceCollection().BuildServiceProvider();
        _options = options ?? new ServiceRunnerOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.DrainTimeout, TimeSpan.Zero, nameof(options));
        _logger = _context.LoggerFactory.CreateLogger("Ropewalk.Hosting");
        _startedAt = _context.TimeProvider.GetTimestamp();
        _metered = EngineMeter.Observe(Measure);
    }

    /// <summary>Gets the definitions in force.</summary>
    public IReadOnlyList<ServiceDefinition> Definitions => [.. Running.Select(service => service.Definition)];

    /// <summary>Gets the files that the running instances have been made of.</summary>
    internal IReadOnlyList<string> Files => [.. Running.SelectMany(service => service.Lease.Instance.Files)];

    /// <summary>Gets the state of files before they were read; whoever loads begins it anew.</summary>
    internal FileStamps Stamps { get; } = new();

    private IReadOnlyList<RunningService> Running
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    /// <summary>Lists everything that is wrong with definitions by themselves: no file is read, nothing is bound.</summary>
    public static IReadOnlyList<string> Validate(IReadOnlyList<ServiceDefinition> services) => ServiceDefinitionCheck.FindErrors(services);

    /// <summary>Says what <see cref="ApplyAsync(IReadOnlyList{ServiceDefinition}, CancellationToken)"/> would do.</summary>
    public ServicePlan Plan(IReadOnlyList<ServiceDefinition> services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return ServicePlanner.Compare(Definitions, services).ToPlan();
    }

    /// <summary>Puts definitions in force: all of them, or, if anything is wrong, none.</summary>
    /// <param name="services">All services that shall run. Those that run and are not among them stop.</param>
    /// <param name="cancellationToken">Gives up while things are made ready; then nothing has changed.</param>
    /// <returns>What was done, or all errors. What a change has left behind may still be ending.</returns>
    public Task<ReloadResult> ApplyAsync(IReadOnlyList<ServiceDefinition> services, CancellationToken cancellationToken = default)
    {
        return ApplyAsync(services, isReload: true, cancellationToken);
    }

    /// <summary>Notes that a configuration was refused before it came here, for <see cref="Capture"/>.</summary>
    public void NoteRefused(IReadOnlyList<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        HostingLog.Refused(_logger, string.Join("; ", errors));
        EngineMeter.Reloaded(succeeded: false);
        _lastReload = new ReloadStatus(_context.TimeProvider.GetUtcNow(), false, errors);
    }

    /// <summary>Stops all services in phases: nothing new is taken; goodbye to what is open; drain; abort at the deadline.</summary>
    /// <param name="cancellationToken">Brings the deadline forward to now.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await using (cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _now))
        {
            // a reload that waits for a resolver or a disk that does not answer must not hold the end up
            await LifetimeTokens.CancelAsync(_ending);
            await TakeTurn(StopInTurnAsync);
        }
    }

    /// <summary>
    /// Waits until nothing can come any more: each endpoint of each service had only so many connections to give, as <c>stdio:</c> has one, and
    /// all of them have ended. One other endpoint (TCP, a Unix socket, UDP), and it waits until a reload removes that.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task WaitUntilUsedUpAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            Task?[] ends;
            lock (_lock)
            {
                changed = _changed.Task;
                Task?[] slots = [.. _running.SelectMany(service => service.Slots).Select(slot => slot.UsedUp)];
                ends = slots.Length == 0 ? [null] : [.. slots, .. _leftBehind.Select(left => left.Ended)];
            }

            Task all = ends.Contains(null) ? changed : Task.WhenAll(ends!);
            if (await Task.WhenAny(changed, all).WaitAsync(cancellationToken) != changed)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public StatusSnapshot Capture()
    {
        List<RunningService> services;
        lock (_lock)
        {
            services = [.. _running, .. _leftBehind.Where(left => left is { Service: not null, Ended.IsCompleted: false }).Select(left => left.Service!)];
        }

        ServiceStatus[] captured = [.. services.Select(service => service.CaptureStatus())];
        ServiceState state = _state == ServiceState.Running && captured.Any(service => service.State == ServiceState.Failed) ? ServiceState.Failed : _state;
        return new StatusSnapshot(_context.TimeProvider.GetUtcNow(), _context.TimeProvider.GetElapsedTime(_startedAt), state, captured, _lastReload);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ConnectionStatus> ListConnections(string? service = null, int most = 100)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        return [.. Running
            .Where(one => service is null || one.Definition.Name == service)
            .SelectMany(one => one.ListConnections(most).Select(pair => Describe(one.Definition.Name, pair.Slot, pair.Connection)))
            .OrderByDescending(connection => connection.Age)
            .Take(most)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ServicePart> ListParts() =>
        [.. from service in Running let part = service.Lease.Instance.StatusPart where part is not null select new ServicePart(service.Definition.Name, part)];

    /// <summary>Stops with the drain that the options allow.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _metered.Dispose();
    }

    /// <summary>Gets whether the end has begun.</summary>
    internal bool IsEnding => _state is ServiceState.Draining or ServiceState.Stopped;

    /// <summary>Puts definitions in force; where it is no reload, it is not told as one.</summary>
    internal Task<ReloadResult> ApplyAsync(IReadOnlyList<ServiceDefinition> services, bool isReload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(services);
        return TakeTurn(() => ApplyInTurnAsync(services, isReload, cancellationToken));
    }

    /// <summary>Ends accepting for the service that has these options; its connections go on.</summary>
    internal Task UnbindAsync(object options)
        => Task.WhenAll(Running.Where(service => ReferenceEquals(service.Definition.Options, options)).SelectMany(service => service.Slots).Select(slot => slot.UnbindAsync()));

    private static ConnectionStatus Describe(string service, EndpointSlot slot, LiveConnection connection) => new(
        connection.Id,
        service,
        slot.Spec.ToString(),
        connection.RemoteEndPoint?.ToString(),
        connection.Age,
        connection.ReceivedBytes,
        connection.SentBytes,
        connection.BufferedBytes);

    private Task<T> TakeTurn<T>(Func<Task<T>> work)
    {
        lock (_lock)
        {
            Task<T> mine = After(_turn, work);
            _turn = mine;
            return mine;
        }

        static async Task<T> After(Task before, Func<Task<T>> work)
        {
            await Task.Yield(); // the caller holds the lock
            try
            {
                await before;
            }
            catch (Exception)
            {
                // is told to the caller whose turn it was
            }

            return await work();
        }
    }

    private async Task<ReloadResult> ApplyInTurnAsync(IReadOnlyList<ServiceDefinition> services, bool isReload, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsEnding, this);
        using var activity = EngineActivity.Source.StartActivity("ropewalk.reload");
        IReadOnlyList<string> errors = ServiceDefinitionCheck.FindErrors(services);
        if (errors.Count > 0)
        {
            return Refuse(null, errors, isReload);
        }

        ServiceComparison comparison = ServicePlanner.Compare(Definitions, services);
        ServicePlan plan = comparison.ToPlan();
        var reload = new Reload(_context, _services, _options, _logger, Running, comparison, Stamps);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
            await reload.PrepareAsync(either.Token);
        }
        catch
        {
            await reload.DiscardAsync();
            throw;
        }

        if (reload.Errors.Count > 0)
        {
            await reload.DiscardAsync();
            return Refuse(plan, reload.Errors, isReload) with { IsConfiguration = reload.IsConfiguration };
        }

        IReadOnlyList<RunningService> running = reload.Commit(new Drain(_options.DrainTimeout, _context.TimeProvider, _now.Token), _now.Token, LeaveBehind);
        lock (_lock)
        {
            _running = running;
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        reload.TellStarted();
        Note(plan, isReload);
        return new ReloadResult(plan, []);
    }

    private ReloadResult Refuse(ServicePlan? plan, IReadOnlyList<string> errors, bool isReload)
    {
        // A start that fails is no reload: the caller tells.
        if (isReload && _state != ServiceState.Starting)
        {
            NoteRefused(errors);
        }

        return new ReloadResult(plan, errors);
    }

    private void Note(ServicePlan plan, bool isReload)
    {
        IReadOnlyList<string> lines = plan.ToLines();
        HostingLog.Applied(_logger, string.Join("; ", lines));
        if (isReload && _state != ServiceState.Starting)
        {
            EngineMeter.Reloaded(succeeded: true);
            _lastReload = new ReloadStatus(_context.TimeProvider.GetUtcNow(), true, lines);
        }

        _state = ServiceState.Running;
    }

    private void LeaveBehind(RunningService? service, Task ended)
    {
        lock (_lock)
        {
            _leftBehind.RemoveAll(left => left.Ended.IsCompleted);
            _leftBehind.Add((service, ended));
        }
    }

    private async Task<bool> StopInTurnAsync()
    {
        if (_state == ServiceState.Stopped)
        {
            return true;
        }

        _state = ServiceState.Draining;
        Task[] left;
        lock (_lock)
        {
            left = [.. _leftBehind.Select(one => one.Ended)];
        }

        // The old first: what they serve listens on sockets that stop now.
        Task stopped = Task.WhenAll([.. Running.Select(service => service.StopAsync(_now.Token)), .. left]);
        try
        {
            await stopped.WaitAsync(_options.DrainTimeout + LastWait, _context.TimeProvider);
        }
        catch (TimeoutException)
        {
            foreach (RunningService service in Running)
            {
                HostingLog.LeftBehind(_logger, service.Definition.Name);
                await service.Lease.DisposeAsync();
            }
        }

        _state = ServiceState.Stopped;
        return true;
    }

    private IEnumerable<EndpointTraffic> Measure() =>
        from service in Running
        from endpoint in service.Slots
        select new EndpointTraffic(service.Definition.Name, endpoint.Spec.ToString(), endpoint.CaptureTotals());
}
