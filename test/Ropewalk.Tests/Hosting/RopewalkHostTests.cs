using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;
using Ropewalk.Hosting;

namespace Ropewalk.Tests.Hosting;

public sealed class RopewalkHostTests
{
    private readonly EchoKind _kind = new();
    private readonly RecordingLog _log = new();

    [Fact]
    public async Task EveryCallAdds()
    {
        using IHost host = Build(services =>
        {
            services.AddRopewalk().Listen("tcp:127.0.0.1:0", pipeline => pipeline.Run(Say("one"))).Listen("tcp:127.0.0.1:0", pipeline => pipeline.Run(Say("two")));
            services.AddRopewalk().Listen("named", "tcp:127.0.0.1:0", pipeline => pipeline.Run(Say("three"))).Listen<Greeter>("tcp:[::1]:0");
        });
        await host.StartAsync();
        var status = host.Services.GetRequiredService<IStatusSource>();
        Assert.Equal(["tcp:127.0.0.1:0", "tcp:127.0.0.1:0#2", "named", "tcp:[::1]:0"], status.Capture().Services.Select(service => service.Name));
        foreach ((string service, string word) in new[] { ("tcp:127.0.0.1:0", "one"), ("tcp:127.0.0.1:0#2", "two"), ("named", "three"), ("tcp:[::1]:0", "greeter") })
        {
            using LineClient client = await LineClient.ConnectAsync(LineClient.PortOf(status, service));
            Assert.Equal(word, await client.ReadAsync());
        }

        await host.StopAsync();
    }

    [Fact]
    public async Task AStartTellsAllErrorsAtOnceWithTheirEndpoints()
    {
        using IHost host = Build(services => services.AddRopewalk()
            .Listen("a", "tcp:127.0.0.1:99999", pipeline => pipeline.Run(Say("")))
            .Listen("b", "tpc:7", pipeline => pipeline.Run(Say("")))
            .AddService("c", _kind, new EchoOptions { Wrong = ["engine is not one"] }, "tcp:127.0.0.1:0"));
        ServiceStartException e = await Assert.ThrowsAsync<ServiceStartException>(() => host.StartAsync());
        Assert.Equal(3, e.Errors.Count);
        Assert.StartsWith("a: ", e.Errors[0]);
        Assert.StartsWith("b: ", e.Errors[1]);
        Assert.Equal("c: engine is not one", e.Errors[2]);
        Assert.StartsWith("Cannot start, for 3 reasons:", e.Message);

        using IHost second = Build(services => services.AddRopewalk()
            .Listen("a", "tcp:192.0.2.1:0", pipeline => pipeline.Run(Say("")))
            .Listen("b", "unix:/no/such/folder/socket", pipeline => pipeline.Run(Say(""))));
        e = await Assert.ThrowsAsync<ServiceStartException>(() => second.StartAsync());
        Assert.Equal(2, e.Errors.Count);
        Assert.Contains("tcp:192.0.2.1:0", e.Errors[0]);
        Assert.Contains("unix:/no/such/folder/socket", e.Errors[1]);
    }

    [Fact]
    public async Task StoppingTheHostSaysGoodbyeDrainsAndAborts()
    {
        using IHost host = Build(
            services => services.AddRopewalk(options => options.DrainTimeout = TimeSpan.Zero)
                .AddService("deaf", _kind, new EchoOptions { Deaf = true }, "tcp:127.0.0.1:0"));
        await host.StartAsync();
        using LineClient client = await LineClient.ConnectAsync(LineClient.PortOf(host.Services.GetRequiredService<IStatusSource>(), "deaf"));
        Assert.Equal("hello", await client.ReadAsync());
        await host.StopAsync();
        await Assert.ThrowsAnyAsync<IOException>(client.ReadAsync);
        Assert.True(_kind.Made[0].IsDisposed);
    }

    [Fact]
    public async Task TheDrainIsShorterThanTheHostsPatience()
    {
        using IHost host = Build(
            services =>
            {
                services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(400));
                services.AddRopewalk().AddService("deaf", _kind, new EchoOptions { Deaf = true }, "tcp:127.0.0.1:0");
            });
        await host.StartAsync();
        using LineClient client = await LineClient.ConnectAsync(LineClient.PortOf(host.Services.GetRequiredService<IStatusSource>(), "deaf"));
        Assert.Equal("hello", await client.ReadAsync());
        await host.StopAsync(); // throws where a service is not done in time
        await Assert.ThrowsAnyAsync<IOException>(client.ReadAsync);
    }

    [Fact]
    public async Task HealthFollowsTheServices()
    {
        using IHost host = Build(services => services.AddRopewalk().AddHealthCheck().AddService("a", _kind, new EchoOptions(), "tcp:127.0.0.1:0"));
        var health = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Status);
        await host.StartAsync();
        HealthReport report = await health.CheckHealthAsync();
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal("Running", report.Entries["ropewalk"].Data["a"]);
        await host.StopAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Status);
    }

    [Fact]
    public async Task LogsWhatIsInForce()
    {
        using IHost host = Build(services => services.AddRopewalk().AddService("a", _kind, new EchoOptions(), "tcp:127.0.0.1:0"));
        await host.StartAsync();
        Assert.Equal("Configuration in force: a: added; listen on tcp:127.0.0.1:0", _log.TextOf(1701));
        await host.StopAsync();
    }

    private static Func<ConnectionContext, Task> Say(string word) => async connection =>
    {
        await connection.Transport.Output.WriteAsync(System.Text.Encoding.ASCII.GetBytes(word + "\n"));
    };

    private IHost Build(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(_log);
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class Greeter : ConnectionHandler
    {
        public override Task OnConnectedAsync(ConnectionContext connection) => Say("greeter")(connection);
    }
}
