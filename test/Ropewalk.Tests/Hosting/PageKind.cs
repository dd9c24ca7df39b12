using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Tests.Hosting;

/// <summary>A web service on Kestrel: its endpoints are the runner's, a reload makes a second Kestrel and switches over.</summary>
public sealed class PageKind() : ServiceKind<PageOptions>(
    "page",
    new SettingTable<PageOptions>().NewConnections("text", options => options.Text).Restart("engine", options => options.Engine))
{
    public int Disposed { get; private set; }

    public ServiceDefinition Define(string name, PageOptions options, string endpoint) => new(name, this, options, [EndpointSpec.Parse(endpoint)]);

    protected override async ValueTask<ServiceInstance> StartAsync(PageOptions options, ServiceContext context, CancellationToken cancellationToken)
        => new Instance(this, await KestrelApplication.StartAsync(http => http.Response.WriteAsync(options.Text), cancellationToken: cancellationToken));

    private sealed class Instance(PageKind kind, KestrelApplication kestrel) : ServiceInstance
    {
        public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => kestrel.Connections;

        public override async ValueTask DisposeAsync()
        {
            await kestrel.DisposeAsync();
            kind.Disposed++;
            await base.DisposeAsync();
        }
    }
}
