using Finger.Client;
using Finger.Server;
using Finger.Wire;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Testing;

namespace Finger.Tests.Server;

/// <summary>A server and three clients in a storm: partitions, bad links, resets, crashes.</summary>
public sealed class FingerFaultTests
{
    private static readonly EndpointSpec Server = EndpointSpec.Parse("tcp:server:79");

    [Fact]
    public Task NobodyIsToldAnythingWrongAndAllIsWellAfterTheStorm() => Simulation.RunAsync(StormAsync, new SimulationOptions { Mode = SimulationMode.Strict, Seeds = new SeedRange(1, 20) });

    internal static async Task StormAsync(Simulation sim)
    {
        SimHost server = sim.AddHost("server");
        Listening? listening = null;
        server.Run(async (host, stop) =>
        {
            var handler = new FingerServerHandler(Users.Directory, new FingerServerOptions { TimeProvider = host.Time });
            listening = await host.ListenAsync("tcp:79", handler.OnConnectedAsync);
        });
        SimHost[] clients = [.. Enumerable.Range(1, 3).Select(i => sim.AddHost($"client{i}"))];
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(1), Interval = TimeSpan.FromSeconds(5), Crashing = [server] });
        Task<int>[] asking = [.. clients.Select(client => AskUntilAsync(sim, client, storm))];
        int[] answered = await Task.WhenAll(asking);

        // the storm is over: the first question is answered, by each
        foreach (SimHost client in clients)
        {
            Assert.True(await TryAskAsync(client, "alice"), $"{client} gets no answer after the storm, and got {string.Join(" ", answered)} in it");
        }

        // the longest that a server waits for who has gone: its query timeout, and what it lingers
        await sim.DelayAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(0, listening!.ConnectionCount);
    }

    private static async Task<int> AskUntilAsync(Simulation sim, SimHost client, Task end)
    {
        int answered = 0;
        while (!end.IsCompleted)
        {
            string user = sim.Random.Next(2) == 0 ? "alice" : "carroll";
            answered += await TryAskAsync(client, user) ? 1 : 0;
            await sim.DelayAsync(TimeSpan.FromSeconds(sim.Random.NextDouble() * 15));
        }

        return answered;
    }

    /// <summary>Asks once. No answer is an answer of the weather; a wrong one fails.</summary>
    private static async Task<bool> TryAskAsync(SimHost client, string user)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), client.Time);
        try
        {
            var asking = new FingerClient(new ConnectionClient(client.Context), new FingerClientOptions { TimeProvider = client.Time });
            string answer = await asking.QueryAsync(Server, FingerQuery.Parse(user), patience.Token);
            Assert.Equal((await Users.Directory.DescribeAsync(user, false, default))!.ReplaceLineEndings("\n").TrimEnd(), answer.ReplaceLineEndings("\n").TrimEnd());
            return true;
        }
        catch (Exception failure) when (failure is EndpointException or FingerException or OperationCanceledException)
        {
            return false;
        }
    }
}
