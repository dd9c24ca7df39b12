using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;
using Ropewalk.Hosting;
using Ropewalk.Web.Static.Server;

namespace Guides.Tests.Pages;

/// <summary>What docs/web.md shows.</summary>
public sealed class WebPageTests
{
    [Fact]
    public async Task InAHost()
    {
        string folder = Directory.CreateTempSubdirectory("ropewalk-guide-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "a.txt"), "a file");
        string[] endpoints = ["tcp:127.0.0.1:0"];
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseRopewalkEndpoint("mem:unused");

        builder.Services.AddRopewalk()
            .AddStaticSite("docs", new WebServiceOptions { Site = { Folder = folder, Listing = true } }, endpoints);

        await using WebApplication app = builder.Build();
        await app.StartAsync();
        ServiceStatus site = app.Services.GetRequiredService<IStatusSource>().Capture().Services.Single(service => service.Name == "docs");
        using var http = new HttpClient();
        Assert.Equal("a file", await http.GetStringAsync($"http://{site.Endpoints[0].BoundTo}/a.txt"));
        await app.StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task TheCompleteExample()
    {
        await using var program = RunningProgram.Start("StaticSite", "{folder}", "tcp:127.0.0.1:0");
        await File.WriteAllTextAsync(Path.Combine(program.Folder, "a.txt"), "a file");
        string at = await program.WaitForAsync(" at (127.*)");
        using var http = new HttpClient();
        Assert.Equal("a file", await http.GetStringAsync($"http://{at}/a.txt"));
        await program.TerminateAsync();
    }
}
