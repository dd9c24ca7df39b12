using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Tests.Security.Tls;

namespace Ropewalk.Tests.Hosting;

public sealed class WebHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ropewalk-webhost-").FullName;
    private readonly RecordingLog _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AWebHostListensOnEndpointStringsBesideOtherServices()
    {
        await using WebApplication app = Build(builder =>
        {
            builder.WebHost.UseRopewalkEndpoint("127.0.0.1:0").UseRopewalkEndpoint("mem:site");
            builder.Services.AddRopewalk().AddService("echo", new EchoKind(), new EchoOptions(), "tcp:127.0.0.1:0");
        });
        await app.StartAsync();
        IStatusSource status = app.Services.GetRequiredService<IStatusSource>();
        Assert.Equal(["echo", "mem:site", "tcp:127.0.0.1:0"], status.Capture().Services.Select(service => service.Name).Order());
        IPEndPoint port = LineClient.PortOf(status, "tcp:127.0.0.1:0");
        Assert.Contains(app.Urls, url => url == $"http://{port}");
        using var client = new HttpClient();
        Assert.Equal("hello", await client.GetStringAsync($"http://{port}/"));
        using HttpClient inMemory = HttpOverEndpoints.Create(app.Services.GetRequiredService<EndpointContext>(), "mem:site");
        Assert.Equal("hello", await inMemory.GetStringAsync(""));
        using LineClient echo = await LineClient.ConnectAsync(LineClient.PortOf(status, "echo"));
        Assert.Equal("hello", await echo.ReadAsync());
        ServiceStatus site = status.Capture().Services.Single(service => service.Name == "mem:site");
        Assert.Equal(("kestrel", 1), (site.Kind, site.Totals.Accepted));
        Assert.Null(status.Capture().LastReload);
        await app.StopAsync();
    }

    [Fact]
    public async Task ABindErrorEndsTheStartWithTheEndpointsName()
    {
        await using WebApplication app = Build(builder => builder.WebHost.UseRopewalkEndpoint("unix:/no/such/folder/site"));
        EndpointException e = await Assert.ThrowsAsync<EndpointException>(() => app.StartAsync());
        Assert.Contains("unix:/no/such/folder/site", e.Message);
    }

    [Fact]
    public async Task ReloadingRenewsTheCertificateAndDropsNobody()
    {
        string file = Path.Combine(_folder, "site.pem");
        TestCertificates.WritePem(file, TestCertificates.Make(["before"]));
        await using WebApplication app = Build(builder => builder.WebHost.UseRopewalkEndpoint($"tls:127.0.0.1:0:cert={file}:alpn=h2,http/1.1"));
        await app.StartAsync();
        IPEndPoint port = LineClient.PortOf(app.Services.GetRequiredService<IStatusSource>(), $"tls:127.0.0.1:0:cert={file}:alpn=h2,http/1.1");
        var seen = new List<string>();
        using HttpClient open = HttpOverEndpoints.CreateTls(port, HttpVersion.Version20, seen.Add);
        Assert.Equal("hello", await open.GetStringAsync(""));
        TestCertificates.WritePem(file, TestCertificates.Make(["after"]));
        ServiceReloader reloader = app.Services.GetRequiredService<ServiceReloader>();
        Assert.Empty((await reloader.ReloadAsync("test")).Errors);
        using HttpClient young = HttpOverEndpoints.CreateTls(port, HttpVersion.Version20, seen.Add);
        Assert.Equal("hello", await young.GetStringAsync(""));
        Assert.Equal("hello", await open.GetStringAsync(""));
        Assert.Equal(["CN=before", "CN=after"], seen);

        File.WriteAllText(file, "not a certificate");
        Assert.Contains(file, Assert.Single((await reloader.ReloadAsync("test")).Errors));
        using HttpClient third = HttpOverEndpoints.CreateTls(port, HttpVersion.Version20, seen.Add);
        Assert.Equal("hello", await third.GetStringAsync(""));
        Assert.Equal("CN=after", seen[^1]);
        await app.StopAsync();
    }

    [Fact]
    public async Task StoppingTheHostFinishesRequests()
    {
        var begun = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        await using WebApplication app = Build(builder => builder.WebHost.UseRopewalkEndpoint("tcp:127.0.0.1:0"));
        app.MapGet("/slow", async http =>
        {
            begun.SetResult();
            await answer.Task;
            await http.Response.WriteAsync("slow");
        });
        await app.StartAsync();
        IStatusSource status = app.Services.GetRequiredService<IStatusSource>();
        IPEndPoint port = LineClient.PortOf(status, "tcp:127.0.0.1:0");
        using RawHttp idle = await RawHttp.ConnectAsync(port);
        Assert.EndsWith("hello", await idle.GetAsync());
        using RawHttp busy = await RawHttp.ConnectAsync(port);
        Task<string> waiting = busy.GetAsync("/slow");
        await begun.Task;
        Task stopping = app.StopAsync();
        Assert.True(await idle.IsEndedAsync());
        Assert.False(stopping.IsCompleted);
        answer.SetResult();
        Assert.EndsWith("slow", await waiting);
        Assert.True(await busy.IsEndedAsync());
        await stopping;
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => RawHttp.ConnectAsync(port));
        Assert.Equal(ServiceState.Stopped, status.Capture().State);
    }

    private WebApplication Build(Action<WebApplicationBuilder> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<ILoggerFactory>(_log);
        configure(builder);
        WebApplication app = builder.Build();
        app.MapGet("/", () => "hello");
        return app;
    }
}
