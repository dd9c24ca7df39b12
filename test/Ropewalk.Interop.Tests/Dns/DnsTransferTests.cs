using System.Globalization;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Transfers to clients that take them late: while the zone changes, while the server stops, while many wait.</summary>
public sealed class DnsTransferTests
{
    private const int Count = 200_000;
    private const string Whole = "records 200001 serials 7 7";
    private const long Megabyte = 1024 * 1024;

    private static readonly string Names = LargeNames.Make(Count).Text;

    [Fact]
    public async Task A_transfer_goes_on_with_the_version_that_it_has_begun_with()
    {
        await using DnsPrimary primary = await StartAsync();
        await using RunningProgram late = await HoldAsync(primary, 1);
        primary.Exchange(Names.Replace("hostmaster 7", "hostmaster 8", StringComparison.Ordinal));
        primary.Reload();
        await primary.WaitForLogAsync("is served: serial 8");
        Assert.Equal(Whole, await RestAsync(late));
        await using RunningProgram later = await HoldAsync(primary, 1);
        Assert.Equal("records 200001 serials 8 8", await RestAsync(later));
        Console.WriteLine("dnspython: a transfer of 200001 records in its old version after the zone was exchanged");
    }

    [Fact]
    public async Task A_transfer_is_finished_before_the_server_stops()
    {
        await using DnsPrimary primary = await StartAsync();
        await using RunningProgram late = await HoldAsync(primary, 1);
        Task<int> stopped = primary.StopAsync();
        Assert.Equal(Whole, await RestAsync(late));
        Assert.Equal(0, await stopped);
    }

    /// <summary>A transfer that nobody takes is not made: five of them, as many as one address may have, cost buffers, not zones.</summary>
    [Fact]
    public async Task Slow_readers_cost_no_memory_and_over_five_of_one_address_are_sent_away()
    {
        await using DnsPrimary primary = await StartAsync();
        long before = primary.WorkingSetBytes;
        await using RunningProgram late = await HoldAsync(primary, 7);
        long growth = primary.WorkingSetBytes - before;
        string[] ends = (await RestAsync(late)).Split('\n');
        Assert.Equal(5, ends.Count(end => end == Whole));
        Assert.Equal(2, ends.Count(end => end == "SERVFAIL"));
        Assert.True(growth < 32 * Megabyte, string.Create(CultureInfo.InvariantCulture, $"{growth} bytes more"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sockets: five transfers that nobody takes cost {growth / (double)Megabyte:F1} MB"));
    }

    private static Task<DnsPrimary> StartAsync() => DnsPrimary.StartAsync(LargeNames.Zone, Names, "--transfer", "127.0.0.1");

    private static async Task<RunningProgram> HoldAsync(DnsPrimary primary, int many)
    {
        PythonScript script = await PythonScript.FindAsync("held.py");
        RunningProgram running = script.Start(Text(primary.Port), LargeNames.Zone, Text(many), Text(Count + 1));
        await running.ReadLineWithAsync("held");
        return running;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> RestAsync(RunningProgram running) => (await running.FinishAsync("", TimeSpan.FromSeconds(60))).Expect().Output.TrimEnd();
}
