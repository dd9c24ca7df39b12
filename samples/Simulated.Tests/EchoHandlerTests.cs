using Microsoft.AspNetCore.Connections;
using Ropewalk.Server;
using Ropewalk.Testing;

namespace Simulated.Tests;

public sealed class EchoHandlerTests
{
    [Fact(Explicit = true)] // it fails, and that is what docs/simulation.md begins with
    public Task A_client_that_vanishes_is_forgotten() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        Listening listening = await server.ListenAsync("tcp:7", new EchoHandler().OnConnectedAsync);
        await client.ConnectAsync("tcp:server:7");
        sim.Partition(client);
        await sim.DelayAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(0, listening.ConnectionCount);
    });

    [Fact]
    public async Task The_ordinary_handler_never_forgets()
    {
        SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(A_client_that_vanishes_is_forgotten);
        Assert.Contains("after 00:10:00", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task The_patient_one_does() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        Listening listening = await server.ListenAsync("tcp:7", new PatientEchoHandler(server.Time).OnConnectedAsync);
        await client.ConnectAsync("tcp:server:7");
        sim.Partition(client);
        await sim.DelayAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(0, listening.ConnectionCount);
    });
}
