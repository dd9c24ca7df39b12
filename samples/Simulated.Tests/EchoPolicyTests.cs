using Microsoft.AspNetCore.Connections;
using Ropewalk.Policies;
using Ropewalk.Server;
using Ropewalk.Testing;

namespace Simulated.Tests;

public sealed class EchoPolicyTests
{
    [Fact]
    public Task A_policy_forgets_for_the_ordinary_handler() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        Listening listening = await server.ListenAsync("tcp:7", connections => connections
            .UseIdleTimeout(new IdleTimeoutOptions { Timeout = TimeSpan.FromMinutes(2), TimeProvider = server.Time })
            .Run(new EchoHandler().OnConnectedAsync));
        await client.ConnectAsync("tcp:server:7");
        sim.Partition(client);
        await sim.DelayAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(0, listening.ConnectionCount);
    });
}
