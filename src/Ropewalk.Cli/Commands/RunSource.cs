using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Status;
using Ropewalk.Cli.Strands;
using Ropewalk.Hosting;

namespace Ropewalk.Cli.Commands;

/// <summary>Is where a run has its configuration from: at the start, and again at each reload, when the command line still counts.</summary>
/// <param name="file">The file's full path; null if there is none to watch.</param>
/// <param name="load">Loads it.</param>
internal sealed class RunSource(string? file, Func<ConfigurationProblems, EffectiveConfiguration?> load) : IServiceSource
{
    private (EffectiveConfiguration Configuration, IReadOnlyList<ServiceDefinition> Services)? _first;
    private EffectiveConfiguration? _last;
    private (long Bytes, DateTime Written) _firstState;

    /// <summary>Gets the status page's kind: one object, by which a reload knows that it is still the same service.</summary>
    public StatusKind Status { get; } = new();

    /// <summary>Gets or sets what takes the settings of the process itself when a configuration is in force.</summary>
    public Action<EffectiveConfiguration>? InForce { get; set; }

    /// <summary>Loads everything for the first time.</summary>
    /// <returns>The configuration, or null if anything is wrong; then <paramref name="problems"/> has all of it.</returns>
    public EffectiveConfiguration? LoadFirst(ConfigurationProblems problems)
    {
        _firstState = StateOfFile();
        _first = Load(problems);
        return _first?.Configuration;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => StateOfFile().Bytes > 0 ? [file!] : [];

    /// <inheritdoc/>
    public ValueTask<ServiceSet> LoadAsync(CancellationToken cancellationToken)
    {
        var problems = new ConfigurationProblems();
        if (StateOfFile() is { Bytes: > 0 } now && now != _firstState)
        {
            _first = null; // it has changed since
        }

        var loaded = _first ?? Load(problems);
        _first = null;
        string[] files = file is null ? [] : [file];
        if (loaded is not { } right)
        {
            return ValueTask.FromResult(new ServiceSet([], [.. problems.InOrder().Select(p => p.ToString())], files));
        }

        _last = right.Configuration;
        return ValueTask.FromResult(new ServiceSet(right.Services, [], files));
    }

    /// <inheritdoc/>
    public void Applied()
    {
        if (_last is not null)
        {
            InForce?.Invoke(_last);
        }
    }

    // a pipe has no bytes here, and is read only once
    private (long Bytes, DateTime Written) StateOfFile()
    {
        if (file is null)
        {
            return default;
        }

        try
        {
            var info = new FileInfo(file);
            info = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
            return info.Exists ? (info.Length, info.LastWriteTimeUtc) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default; // whoever reads it says why
        }
    }

    private (EffectiveConfiguration Configuration, IReadOnlyList<ServiceDefinition> Services)? Load(ConfigurationProblems problems)
    {
        if (load(problems) is not { } configuration)
        {
            return null;
        }

        CommandStrands.Probe(configuration, problems);
        IReadOnlyList<ServiceDefinition> services = ServiceList.Make(configuration, Status, problems);
        if (problems.None && services.All(s => s.Kind == Status))
        {
            problems.Add(configuration.Origin, "there is no service in it; 'ropewalk config' shows what one looks like");
        }

        return problems.None ? (configuration, services) : null;
    }
}
