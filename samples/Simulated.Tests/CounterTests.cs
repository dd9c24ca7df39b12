using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Storage;
using Ropewalk.Testing;

namespace Simulated.Tests;

/// <summary>A server that acknowledges what it has made durable, in a storm.</summary>
public sealed class CounterTests
{
    private static readonly FileStorePath Log = FileStorePath.Parse("log");

    [Fact]
    public Task What_was_acknowledged_is_on_the_disk() => Simulation.RunAsync(async sim =>
    {
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        server.Run(ServeAsync);
        Task storm = sim.StormAsync(new StormOptions { Crashing = [server] });
        int acknowledged = 0;
        while (!storm.IsCompleted)
        {
            acknowledged += await TryAppendAsync(client) ? 1 : 0;
            await sim.DelayAsync(TimeSpan.FromSeconds(sim.Random.NextDouble()));
        }

        Assert.True(acknowledged > 10);
        await using IFileStoreFile log = await server.Disk.OpenAsync(Log, FileStoreMode.Read);
        Assert.True(log.LengthBytes >= acknowledged, $"{acknowledged} were acknowledged, and {log.LengthBytes} are there");
    });

    private static async Task ServeAsync(SimHost host, CancellationToken stopping)
    {
        IFileStoreFile log = await host.Files.OpenAsync(Log, FileStoreMode.Append, stopping);
        await host.ListenAsync("tcp:7", async connection =>
        {
            await connection.Transport.Input.ReadAtLeastAsync(1);
            await log.AppendAsync("x"u8.ToArray());
            await log.FlushAsync(); // without this line the test fails
            await connection.Transport.Output.WriteAsync("+"u8.ToArray());
        });
    }

    private static async Task<bool> TryAppendAsync(SimHost client)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), client.Time);
        try
        {
            await using ConnectionContext connection = await new ConnectionClient(client.Context).ConnectAsync("tcp:server:7", patience.Token);
            await connection.Transport.Output.WriteAsync("1"u8.ToArray(), patience.Token);
            return (await connection.Transport.Input.ReadAsync(patience.Token)).Buffer.Length == 1;
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
