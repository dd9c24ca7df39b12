using Microsoft.AspNetCore.Connections;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Cli.Strands;

/// <summary>Is a running web service with its access log.</summary>
internal sealed class WebService(ServiceInstance inner, AccessLog? log) : ServiceInstance
{
    /// <inheritdoc/>
    public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => inner.GetConnections(endpoint);

    /// <inheritdoc/>
    public override void ApplyLive(object options) => inner.ApplyLive(WebStrand.OptionsOf((SectionValues)options, log));

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        if (log is not null)
        {
            await log.DisposeAsync();
        }
    }
}
