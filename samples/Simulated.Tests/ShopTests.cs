using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Ropewalk.Hosting;
using Ropewalk.Testing;

namespace Simulated.Tests;

/// <summary>A web application and its client: Kestrel, <c>HttpClient</c> and a name that moves.</summary>
public sealed class ShopTests
{
    [Fact]
    public Task A_request_outlives_a_partition_and_follows_the_name() => Simulation.RunAsync(async sim =>
    {
        (SimHost old, SimHost young, SimHost client) = (sim.AddHost("old"), sim.AddHost("young"), sim.AddHost("client"));
        await StartAsync(old, "the old one");
        WebApplication second = await StartAsync(young, "the young one");
        sim.Names.Set("shop", [.. old.Addresses]);
        using HttpClient http = client.Context.CreateHttpClient();

        Task<string> answer;
        using (sim.Partition(client))
        {
            answer = http.GetStringAsync(new Uri("http://shop/"));
            await sim.DelayAsync(TimeSpan.FromSeconds(10));
            Assert.False(answer.IsCompleted);
        }

        Assert.Equal("the old one", await answer); // TCP has asked again

        old.Crash();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(new Uri("http://shop/")));
        sim.Names.Set("shop", [.. young.Addresses]);
        Assert.Equal("the young one", await http.GetStringAsync(new Uri("http://shop/")));
        await second.StopAsync(); // before it is disposed of, which would block
    });

    private static async Task<WebApplication> StartAsync(SimHost host, string name)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSimHost(host);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseRopewalkEndpoint("tcp:80");
        WebApplication app = builder.Build();
        app.MapGet("/", () => name);
        await app.StartAsync();
        return app;
    }
}
