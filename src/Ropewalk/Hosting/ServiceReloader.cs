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
    private readonly ServiceManagerNotifier _notifier;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Task<ReloadResult>? _current;
    private Task<ReloadResult>? _next;

    internal ServiceReloader(RegisteredServices configuration, ServiceRunner runner, ServiceManagerNotifier notifier, ILoggerFactory loggerFactory)
    {
        _configuration = configuration;
        _runner = runner;
        _notifier = notifier;
        _logger = loggerFactory.CreateLogger("Ropewalk.Hosting");
    }

    /// <summary>Gets the files that the configuration in force was read from, those included that its endpoints name.</summary>
    public IReadOnlyList<string> Files { get; private set; } = [];

    /// <summary>Reloads.</summary>
    /// <param name="reason">Why, for the log: <c>SIGHUP</c>.</param>
    /// <returns>What was done, or all errors: then nothing has changed. It never throws.</returns>
    public Task<ReloadResult> ReloadAsync(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        lock (_lock)
        {
            if (_next is null && (_current is null || _current.IsCompleted))
            {
                return _current = RunAsync(null, reason);
            }

            // The one that runs may have read the files before the change that this request is about; the next has not.
            return _next ??= RunAsync(_current, reason);
        }
    }

    /// <summary>Loads and applies for the first time.</summary>
    internal async Task<ReloadResult> StartAsync(CancellationToken cancellationToken)
    {
        ServiceSet set = await _configuration.LoadAsync(cancellationToken);
        Files = set.Files;
        if (set.Errors.Count > 0)
        {
            // Well-formed or not, all errors at once: those of the values too.
            return new ReloadResult(null, [.. set.Errors, .. ServiceDefinitionCheck.FindErrors([.. set.Services.Where(service => service.Endpoints.Count > 0)])]);
        }

        return await _runner.ApplyAsync(set.Services, cancellationToken);
    }

    /// <summary>Describes what runs in one line.</summary>
    internal string Describe()
    {
        Diagnostics.StatusSnapshot status = _runner.Capture();
        return $"{status.Services.Count} services, {status.Totals.Live} connections";
    }

    private async Task<ReloadResult> RunAsync(Task? before, string reason)
    {
        await Task.Yield(); // the caller holds the lock
        if (before is not null)
        {
            await before;
            lock (_lock)
            {
                _current = _next;
                _next = null;
            }
        }

        HostingLog.Reloading(_logger, reason);
        _notifier.Reloading();
        try
        {
            return await LoadAndApplyAsync();
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

    private async Task<ReloadResult> LoadAndApplyAsync()
    {
        ServiceSet set = await _configuration.LoadAsync(CancellationToken.None);
        if (set.Errors.Count > 0)
        {
            _runner.NoteRefused(set.Errors);
            return new ReloadResult(null, set.Errors);
        }

        ReloadResult result = await _runner.ApplyAsync(set.Services);
        if (result.Succeeded)
        {
            Files = set.Files;
        }

        return result;
    }
}
