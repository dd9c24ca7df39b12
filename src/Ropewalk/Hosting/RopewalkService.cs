using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ropewalk.Blocking;
using Ropewalk.Transports;

namespace Ropewalk.Hosting;

/// <summary>Starts the services with the host, reloads them, and stops them in phases within the host's shutdown timeout.</summary>
internal sealed class RopewalkService : IHostedLifecycleService, IDisposable
{
    private readonly ServiceRunner _runner;
    private readonly ServiceReloader _reloader;
    private readonly SupervisorNotifier _notifier;
    private readonly RopewalkOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private PosixSignalRegistration? _signal;

    public RopewalkService(
        ServiceRunner runner, ServiceReloader reloader, SupervisorNotifier notifier, IOptions<RopewalkOptions> options, TimeProvider timeProvider,
        ILoggerFactory loggerFactory)
    {
        _runner = runner;
        _reloader = reloader;
        _notifier = notifier;
        _options = options.Value;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger("Ropewalk.Hosting");
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ReloadResult result = await _reloader.StartAsync(cancellationToken);
        if (!result.Succeeded)
        {
            throw new ServiceStartException(result.Errors) { IsConfiguration = result.IsConfiguration };
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (_options.ReloadOnSignal && !OperatingSystem.IsWindows())
        {
            _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true; // a hang-up ends a process that does not care
                _ = _reloader.ReloadAsync("SIGHUP");
            });
        }

        if (_options.ReloadOnChange)
        {
            _ = WatchFilesAsync();
        }

        if (_notifier.WatchdogInterval is { } interval)
        {
            _ = TellAliveAsync(interval);
        }

        _notifier.Ready(_reloader.Describe());
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _notifier.Stopping();
        _signal?.Dispose();
        return LifetimeTokens.CancelAsync(_stopping);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _runner.StopAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _signal?.Dispose();
        _stopping.Cancel();
    }

    private async Task WatchFilesAsync()
    {
        var loop = new FileChangeLoop(
            () => _reloader.Watched,
            files => BlockingWork.RunAsync(() => DiskStamps.Read(files)),
            () => _reloader.ReloadAsync("a file has changed"),
            exception => HostingLog.CannotWatch(_logger, exception),
            _options.ChangePollInterval,
            _timeProvider);
        try
        {
            await loop.RunAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private async Task TellAliveAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, _timeProvider);
        try
        {
            // Captured from the services' own books each time: where their locks hang, the manager hears nothing and acts.
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                _notifier.Alive(_reloader.Describe());
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }
}
