using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Guides.Tests.Pages;

/// <summary>What docs/reload.md shows.</summary>
public sealed class ReloadPageTests
{
    [Fact]
    public async Task ARunnerWithoutAHost()
    {
        EndpointSpec at = EndpointSpec.Parse("tcp:127.0.0.1:0");
        var kind = new GreeterKind();
        var options = new GreeterOptions("hello", TimeSpan.FromMinutes(1), Workers: 1);
        var other = options with { Greeting = "good day" };

        await using var runner = new ServiceRunner();
        ReloadResult started = await runner.ApplyAsync([new ServiceDefinition("greeter", kind, options, [at])]);
        ReloadResult changed = await runner.ApplyAsync([new ServiceDefinition("greeter", kind, other, [at])]);

        await using Caller caller = await Caller.CallAsync("tcp:" + runner.Capture().Services[0].Endpoints[0].BoundTo);
        Assert.Equal("good day", await caller.HearAsync());
        await caller.DisposeAsync();
        Assert.True(started.Succeeded && changed.Succeeded);
        Assert.Contains("greeting", string.Join('\n', changed.Plan!.ToLines()));
        ReloadResult refused = await runner.ApplyAsync([new ServiceDefinition("greeter", kind, other with { Workers = 0 }, [at])]);
        Assert.Contains("workers must be at least 1", Assert.Single(refused.Errors));
    }
}
