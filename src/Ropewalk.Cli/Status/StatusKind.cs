using Microsoft.AspNetCore.Connections;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Configuration.Sections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Cli.Status;

/// <summary>Makes the status page as a service like the others: it listens, reloads and stops with them, and shows itself.</summary>
internal sealed class StatusKind : IServiceKind, IDisposable
{
    private static readonly Dictionary<Configuration.Schema.Setting, Ropewalk.Hosting.Setting> Known = new()
    {
        [StatusSection.Hosts] = new Ropewalk.Hosting.Setting(StatusSection.Hosts.Name, SettingScope.Live),
    };

    private StatusSite? _site;

    /// <inheritdoc/>
    public string Name => StatusSection.Schema.Name;

    /// <summary>Gets or sets what the page shows.</summary>
    public IStatusSource? Source { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<Ropewalk.Hosting.Setting> Settings => [.. Known.Values];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(object options) => [];

    /// <inheritdoc/>
    public IReadOnlyList<Ropewalk.Hosting.Setting> Compare(object before, object after)
    {
        return [.. ((SectionValues)after).ChangesFrom((SectionValues)before).Where(Known.ContainsKey).Select(s => Known[s])];
    }

    /// <inheritdoc/>
    public async ValueTask<ServiceInstance> StartAsync(object options, ServiceContext context, CancellationToken cancellationToken)
    {
        // one for all instances: the curves and the counts go on over a reload
        _site ??= new StatusSite(Source ?? throw new InvalidOperationException("There is nothing to show."), context.TimeProvider);
        _site.Hosts = ((SectionValues)options).Get(StatusSection.Hosts);
        KestrelApplication http = await KestrelApplication.StartAsync(
            _site.HandleAsync, context.Services, new WebLimits { MaxConnections = 200 }.Apply, new KestrelApplicationOptions { TimeProvider = context.TimeProvider }, cancellationToken);
        return new Instance(_site, http);
    }

    /// <inheritdoc/>
    public void Dispose() => _site?.Dispose();

    private sealed class Instance(StatusSite site, KestrelApplication http) : ServiceInstance
    {
        public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => http.Connections;

        public override void ApplyLive(object options) => site.Hosts = ((SectionValues)options).Get(StatusSection.Hosts);

        public override ValueTask DisposeAsync() => http.DisposeAsync();
    }
}
