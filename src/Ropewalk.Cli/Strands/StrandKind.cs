using Microsoft.Extensions.DependencyInjection;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Hosting;

namespace Ropewalk.Cli.Strands;

/// <summary>Is a strand as the runner of services knows it; its options are the values of one mapping.</summary>
internal sealed class StrandKind(ICommandStrand strand) : IServiceKind
{
    private readonly Dictionary<Configuration.Schema.Setting, Ropewalk.Hosting.Setting> _settings = strand.Section.Settings
        .Where(s => s != strand.Listen && s != StrandSettings.Name)
        .ToDictionary(s => s, s => new Ropewalk.Hosting.Setting(s.Name, ScopeOf(s.Effect)));

    /// <summary>Gets the strand.</summary>
    public ICommandStrand Strand { get; } = strand;

    /// <inheritdoc/>
    public string Name => Strand.Name;

    /// <inheritdoc/>
    public IReadOnlyList<Ropewalk.Hosting.Setting> Settings => [.. _settings.Values];

    /// <inheritdoc/>
    public bool ListensNowhere => Strand.Listen is null;

    /// <inheritdoc/>
    public IEnumerable<string> Validate(object options) => [];

    /// <inheritdoc/>
    public IReadOnlyList<Ropewalk.Hosting.Setting> Compare(object before, object after)
    {
        // the name finds the service and the endpoints are compared by the runner: neither is a setting to it
        return [.. ((SectionValues)after).ChangesFrom((SectionValues)before).Where(_settings.ContainsKey).Select(s => _settings[s])];
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceInstance> StartAsync(object options, ServiceContext context, CancellationToken cancellationToken)
    {
        ServiceInstance instance = await Strand.StartAsync((SectionValues)options, context, cancellationToken);
        return new GuardedInstance(instance, context.Services.GetRequiredService<ProcessPolicies>());
    }

    private static SettingScope ScopeOf(TakesEffect effect) => effect switch
    {
        // a second list of endpoints: the runner compares the endpoints, and the instance learns which are of which list
        TakesEffect.Live or TakesEffect.Listeners => SettingScope.Live,
        TakesEffect.NewConnections => SettingScope.NewConnections,
        _ => SettingScope.Restart,
    };
}
