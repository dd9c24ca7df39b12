using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Testing.Tests;

public sealed class SimulationLogTests
{
    [Fact]
    public async Task It_is_written_as_text_one_event_a_line()
    {
        string[] lines = Written(await RunAsync(100));
        Assert.Equal(
            [
                "00:00:00 server: listens on [::]:7",
                "00:00:00 server: Information Ropewalk.Server: Listening on tcp:7, bound to [::]:7",
                "00:00:00.0010000 client: Connect [fd00::2]:49152 → [fd00::1]:7",
                "00:00:00.0020000 server: Connect [fd00::1]:7 → [fd00::2]:49152",
                "00:00:00.0030000 client: Stream 5 bytes [fd00::2]:49152 → [fd00::1]:7: lost",
                "00:00:00.2030000 client: Stream 5 bytes [fd00::2]:49152 → [fd00::1]:7, attempt 2",
                "00:00:00.2040000 server: End [fd00::1]:7 → [fd00::2]:49152",
                "00:00:00.2050000 scenario: the end has come",
                "00:00:00.2050000 client: End [fd00::2]:49152 → [fd00::1]:7",
            ],
            lines);
    }

    [Fact]
    public async Task What_is_not_kept_is_counted_and_is_part_of_the_trace()
    {
        SimulationLog whole = await RunAsync(100), part = await RunAsync(3);
        Assert.Equal([.. Written(whole)[..3], "… and 6 more"], Written(part));
        Assert.Equal((whole.Trace, whole.Count), (part.Trace, part.Count));
    }

    [Fact]
    public async Task What_a_failure_tells_has_the_last_events()
    {
        SimulationFailedException failed = await Assert.ThrowsAsync<SimulationFailedException>(() => RunAsync(100, fails: true));
        Assert.Contains("00:00:00.2050000 scenario: the end has come", failed.Message, StringComparison.Ordinal);
        Assert.Contains($"trace {failed.Trace:x16}", failed.Message, StringComparison.Ordinal);
    }

    private static Task<SimulationLog> RunAsync(int keeps, bool fails = false) => Simulation.RunAsync(
        async sim =>
        {
            (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
            int sent = 0;
            sim.AddRule((in LinkUnit unit) => unit.Kind == LinkUnitKind.Stream && ++sent == 1 ? LinkVerdict.Drop : LinkVerdict.Pass);
            await server.ListenAsync("tcp:7", async connection => await connection.Transport.Input.ReadAsync());
            await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
            await connection.Transport.Output.WriteAsync("hello"u8.ToArray());
            await connection.Transport.Input.ReadAsync();
            sim.Log.Add("scenario", "the end has come");
            Assert.False(fails);
        },
        new SimulationOptions { Mode = SimulationMode.Strict, Seed = 1, LogEvents = keeps });

    private static string[] Written(SimulationLog log)
    {
        var writer = new StringWriter { NewLine = "\n" };
        log.WriteTo(writer);
        return writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
