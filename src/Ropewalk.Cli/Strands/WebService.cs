using Microsoft.AspNetCore.Connections;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Cli.Strands;

/// <summary>Is a running web service.</summary>
internal sealed class WebService(StaticSite site, WebLimits limits, AccessLog? log, ServiceContext context) : ServiceInstance
{
    private readonly HttpMount _http = new(site.InvokeAsync, limits, context.LoggerFactory);

    /// <inheritdoc/>
    public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => _http.ServeAsync;

    /// <inheritdoc/>
    public override void ApplyLive(object options) => site.Swap(WebStrand.OptionsOf((SectionValues)options));

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        if (log is not null)
        {
            await log.DisposeAsync();
        }
    }
}
