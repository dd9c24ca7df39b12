using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace Ropewalk.Web.Static.Server;

/// <summary>Puts a site straight under a server such as Kestrel: no middleware, no <c>HttpContext</c>, one object for all requests of a connection.</summary>
internal sealed class StaticSiteApplication(StaticSite site) : IHttpApplication<SiteExchange>
{
    public SiteExchange CreateContext(IFeatureCollection contextFeatures)
    {
        SiteExchange exchange;
        if (contextFeatures is IHostContextContainer<SiteExchange> container) exchange = container.HostContext ??= new SiteExchange();
        else exchange = new SiteExchange();
        exchange.Begin(contextFeatures);
        return exchange;
    }

    public Task ProcessRequestAsync(SiteExchange context) => site.ServeAsync(context);

    public void DisposeContext(SiteExchange context, Exception? exception)
    {
        site.Log(context);
        context.End();
    }
}
