using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Web.Tests.Static.Server;

public sealed class HostTests
{
    [Fact]
    public async Task A_site_is_a_service_of_a_host()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRopewalk().AddStaticSite("docs", new WebServiceOptions { Site = { Files = SiteUnderTest.Files(("/a", "x")) } }, "mem:docs");
        using IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        EndpointContext context = host.Services.GetRequiredService<EndpointContext>();
        await using (RawClient client = new(await context.ConnectAsync(EndpointSpec.Parse("mem:docs"), TestContext.Current.CancellationToken)))
        {
            Assert.Equal("x", (await client.GetAsync("/a")).Text);
        }
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_site_is_the_last_word_of_an_application()
    {
        StaticSite site = new(new StaticSiteOptions { Files = SiteUnderTest.Files(("/a", "x")) });
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers["X-Mine"] = "1";
            return next(context);
        });
        app.Run(site.InvokeAsync);
        EndpointContext network = new();
        await using KestrelApplication http = await KestrelApplication.StartAsync(((IApplicationBuilder)app).Build(), app.Services, cancellationToken: TestContext.Current.CancellationToken);
        await using Ropewalk.Server.ConnectionServer server = new(network);
        await server.ListenAsync(EndpointSpec.Parse("mem:app"), http.Connections, TestContext.Current.CancellationToken);
        await using RawClient client = new(await network.ConnectAsync(EndpointSpec.Parse("mem:app"), TestContext.Current.CancellationToken));
        RawResponse answer = await client.GetAsync("/a");
        Assert.Equal("x", answer.Text);
        Assert.Equal("1", answer["X-Mine"]);
        Assert.Equal(404, (await client.GetAsync("/b")).Status);
    }
}
