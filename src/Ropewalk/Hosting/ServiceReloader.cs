using Microsoft.Extensions.Logging;

namespace Ropewalk.Hosting;

/// <summary>
/// Reads the configuration anew and puts it in force: on a signal, on a changed file, or when asked. Requests that come while one waits for
/// its turn are answered together.
/// </summary>
public sealed class ServiceReloader
{
    private readonly RegisteredServices _configuration;
    private readonly ServiceRunner _runner;
    private readonly SupervisorNotifier _notifier;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Task _turn = Task.CompletedTask;
    private Task<ReloadResult>? _start;
    private bool _isStarted;
    private Task<ReloadResult>? _waiting;
    private volatile WatchedFiles _watched = new([], "");

    internal ServiceReloader(RegisteredServices configuration, ServiceRunner runner, SupervisorNotifier notifier, ILoggerFactory loggerFactory)
    {
        _configuration = configuration;
        _runner = runner;
        _notifier = notifier;
        _logger = loggerFactory.CreateLogger("Ropewalk.Hosting");
    }

    /// <summary>Gets the files that the configuration in force was read from, those included that its endpoints name.</summary>
    public IReadOnlyList<string> Files => _watched.Paths;

    /// <summary>Gets these files, as they were just before the configuration in force was read from them.</summary>
    internal WatchedFiles Watched => _watched;

    /// <summary>Reloads.</summary>
    /// <param name="reason">Why, for the log: <c>SIGHUP</c>.</param>
    /// <returns>What was done, or all errors: then nothing has changed. It never throws.</returns>
    public Task<ReloadResult> ReloadAsync(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        lock (_lock)
        {
            // One that has begun may have read the files before the change that this request is about; one that waits has not.
            return _waiting ??= TakeTurn(() => ReloadInTurnAsync(reason));
        }
    }

    /// <summary>Loads and applies for the first time; once.</summary>
    internal Task<ReloadResult> StartAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _start ??= TakeTurn(() => StartInTurnAsync(cancellationToken));
        }
    }

    /// <summary>Adds a service beside what is configured; it stays through reloads.</summary>
    internal async Task<ReloadResult> AddAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        _configuration.Add(registration);
        ReloadResult result = await StartAsync(cancellationToken);
        if (result.Succeeded)
        {
            // Nothing is left to do where the start came after the addition.
            result = await InTurn(() => ApplyAsync(isReload: false));
        }

        if (!result.Succeeded)
        {
            _configuration.Remove(registration);
        }

        return result;
    }

    /// <summary>Removes a service that was added.</summary>
    internal async Task RemoveAsync(ServiceRegistration registration)
    {
        _configuration.Remove(registration);
        await InTurn(async () => _runner.IsEnding ? new ReloadResult(null, []) : await ApplyAsync(isReload: false));
    }

    /// <summary>Describes what runs in one line.</summary>
    internal string Describe()
    {
        Diagnostics.StatusSnapshot status = _runner.Capture();
        return $"{status.Services.Count} services, {status.Totals.Live} connections";
    }

    private Task<ReloadResult> InTurn(Func<Task<ReloadResult>> work)
    {
        lock (_lock)
        {
            return TakeTurn(work);
        }
    }

    private Task<ReloadResult> TakeTurn(Func<Task<ReloadResult>> work)
    {
        Task<ReloadResult> mine = After(_turn, work);
        _turn = mine;
        return mine;

        static async Task<ReloadResult> After(Task before, Func<Task<ReloadResult>> work)
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

    private async Task<ReloadResult> StartInTurnAsync(CancellationToken cancellationToken)
    {
        ServiceSet set = await LoadAsync(cancellationToken);
        if (set.Errors.Count > 0)
        {
            // All errors at once: those of the values too.
            return new ReloadResult(null, [.. set.Errors, .. ServiceDefinitionCheck.FindErrors([.. set.Services.Where(service => service.Endpoints.Count > 0)])]);
        }

        ReloadResult result = await _runner.ApplyAsync(set.Services, isReload: false, cancellationToken);
        if (result.Succeeded)
        {
            _isStarted = true;
            await WatchAsync(set);
            _configuration.Applied();
        }

        return result;
    }

    private async Task<ReloadResult> ReloadInTurnAsync(string reason)
    {
        lock (_lock)
        {
            _waiting = null;
            if (_runner.IsEnding || (_start is { IsCompleted: true } && !_isStarted))
            {
                // nothing runs that could be changed, and nothing new may start any more
                return new ReloadResult(null, ["Nothing runs."]);
            }
        }

        HostingLog.Reloading(_logger, reason);
        _notifier.Reloading();
        try
        {
            return await ApplyAsync(isReload: true);
        }
        catch (Exception e)
        {
            HostingLog.LoadFailed(_logger, e);
            return new ReloadResult(null, [e.Message]);
        }
        finally
        {
            _notifier.Ready(Describe());
        }
    }

    private async Task<ReloadResult> ApplyAsync(bool isReload)
    {
        ServiceSet set = await LoadAsync(CancellationToken.None);
        if (set.Errors.Count > 0)
        {
            _runner.NoteRefused(set.Errors);
            return new ReloadResult(null, set.Errors);
        }

        ReloadResult result = await _runner.ApplyAsync(set.Services, isReload, CancellationToken.None);
        // Also what was refused is watched: a file of a service may be mended.
        await WatchAsync(set);
        if (result.Succeeded)
        {
            _configuration.Applied();
        }

        return result;
    }

    /// <summary>
    /// Loads, from files whose state was noted before, as far as they were known; what endpoints name besides (certificates) is read when this is
    /// applied, which comes later, and what services find to read they note themselves. So a change that comes between is seen by whoever watches.
    /// </summary>
    private async Task<ServiceSet> LoadAsync(CancellationToken cancellationToken)
    {
        _runner.Stamps.Begin();
        await _runner.Stamps.NoteAsync([.. _configuration.Files.Union(_watched.Paths)]);
        ServiceSet set = await _configuration.LoadAsync(cancellationToken);
        await _runner.Stamps.NoteAsync(set.Files);
        return set;
    }

    // Which files the services themselves read is known when they have.
    private async Task WatchAsync(ServiceSet set)
    {
        string[] files = [.. set.Files.Union(_runner.Files)];
        await _runner.Stamps.NoteAsync(files);
        _watched = new WatchedFiles(files, _runner.Stamps.Join(files));
    }
}
