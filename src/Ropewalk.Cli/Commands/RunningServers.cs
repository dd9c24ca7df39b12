using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Configuration.Sections;
using Ropewalk.Cli.Logging;
using Ropewalk.Cli.Strands;
using Ropewalk.Cli.Telemetry;
using Ropewalk.Hosting;

namespace Ropewalk.Cli.Commands;

/// <summary>Runs services from start to stop: what <c>up</c> and the strands' commands have in common.</summary>
internal sealed class RunningServers : IAsyncDisposable
{
    private readonly RunSource _source;
    private readonly CommandSurroundings _surroundings;
    private readonly LineLog _log;
    private readonly ProcessPolicies _policies;
    private ServiceProvider? _services;
    private ServiceReloader? _reloader;

    private RunningServers(RunSource source, CommandSurroundings surroundings)
    {
        _source = source;
        _surroundings = surroundings;
        _log = new LineLog(surroundings.Console.Error, surroundings.Console.ErrorColour, surroundings.Time) { IsStarting = true };
        _policies = new ProcessPolicies(_log, surroundings.Time);
        _source.InForce = ApplyGeneral;
    }

    /// <summary>Starts everything, runs until the stop signal, and stops in phases.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(RunSource source, CommandSurroundings surroundings, bool hints)
    {
        await using var servers = new RunningServers(source, surroundings);
        return await servers.RunAsync(hints);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        _source.Status.Dispose();
        _log.Dispose();
    }

    private async Task<int> RunAsync(bool hints)
    {
        var problems = new ConfigurationProblems();
        if (_source.LoadFirst(problems) is not { } configuration)
        {
            return ProblemList.Fail(problems, _surroundings.Console) ?? ExitCode.Configuration;
        }

        ApplyGeneral(configuration);
        using IDisposable? telemetry = OtlpExport.Start(configuration, _surroundings.Environment);
        _services = MakeServices(configuration);
        var runner = _services.GetRequiredService<ServiceRunner>();
        _source.Status.Source = runner;
        var lifecycle = (IHostedLifecycleService)_services.GetServices<IHostedService>().Single();
        _reloader = _services.GetRequiredService<ServiceReloader>();
        try
        {
            Task starting = lifecycle.StartAsync(_surroundings.Signals.Stop);
            // from here on: a reload that is asked for while things start comes after the start
            _surroundings.Signals.Reload += Reload;
            _surroundings.Signals.Listen();
            await starting;
        }
        catch (ServiceStartException e)
        {
            foreach (string error in e.Errors)
            {
                _surroundings.Console.Complain(error);
            }

            return e.IsConfiguration ? ExitCode.Configuration : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (_surroundings.Signals.Stop.IsCancellationRequested)
        {
            return ExitCode.Done;
        }

        TellWhatRuns(runner, hints);
        _log.IsStarting = false;
        await lifecycle.StartedAsync(CancellationToken.None);
        return await RunUntilStoppedAsync(lifecycle, runner);
    }

    private void Reload() => _ = _reloader!.ReloadAsync("SIGHUP");

    private void TellWhatRuns(ServiceRunner runner, bool hints)
    {
        try
        {
            StartedPage.Write(_surroundings.Console, runner, hints);
        }
        catch (CommandException e)
        {
            // servers that run are worth more than the page about them
            _surroundings.Console.Complain(e.Message);
        }
    }

    private async Task<int> RunUntilStoppedAsync(IHostedLifecycleService lifecycle, ServiceRunner runner)
    {
        try
        {
            // stdio: alone, as ssh's ProxyCommand and inetd have it: the conversation is over, and no other can come
            await runner.WaitUntilUsedUpAsync(_surroundings.Signals.Stop);
        }
        catch (OperationCanceledException)
        {
            // a signal
        }

        _surroundings.Signals.Reload -= Reload;
        await lifecycle.StoppingAsync(CancellationToken.None);
        await lifecycle.StopAsync(_surroundings.Signals.Abort);
        return _surroundings.Signals.Abort.IsCancellationRequested ? ExitCode.Aborted : ExitCode.Done;
    }

    /// <summary>Makes the container alone and not a whole Generic Host: its configuration, content root and console are not used, and cost a tenth of a second.</summary>
    private ServiceProvider MakeServices(EffectiveConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(_log);
        services.AddSingleton(_surroundings.Time);
        services.AddSingleton<IServiceSource>(_source);
        services.AddSingleton(_policies);
        string? folder = configuration.One(StorageSection.Schema).Get(StorageSection.Folder);
        services.AddSingleton(_ => new ProcessStores(folder));
        services.AddRopewalk(options =>
        {
            options.DrainTimeout = configuration.One(StopSection.Schema).Get(StopSection.Drain);
            options.ReloadOnChange = true;
        });
        return services.BuildServiceProvider();
    }

    private void ApplyGeneral(EffectiveConfiguration configuration)
    {
        SectionValues log = configuration.One(LogSection.Schema);
        _log.Level = log.Get(LogSection.Level);
        _log.Format = log.Get(LogSection.Format);
        _policies.Update(configuration);
    }
}
