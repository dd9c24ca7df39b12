using Ropewalk.Dns.Zones;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Simulated;

/// <summary>A primary and a secondary that lose each other: in the end both have the same version, and no half of a zone was ever taken for a whole one.</summary>
public sealed class SecondaryScenarios
{
    private const int Hosts = 1500;

    // A transfer takes some seconds, and little of it is under way at a time: there is something to cut.
    private static readonly LinkSettings Slow = new() { Latency = TimeSpan.FromMilliseconds(20), BytesPerSecond = 10_000, WindowBytes = 4 * 1024 };

    [Fact]
    public Task A_notice_that_is_lost_is_sent_again() => SimDns.RunAsync(async sim =>
    {
        (SimDns primary, SimSecondary secondary, SimHost host) = await StartAsync(sim);
        using (sim.Partition(host))
        {
            primary.Take(Version(2));
            await sim.DelayAsync(TimeSpan.FromSeconds(sim.Random.Next(1, 100)));
            Assert.Equal(1u, secondary.Serial);
        }

        await UntilAsync(sim, secondary, 2, TimeSpan.FromMinutes(2));
        Assert.Equal(2, secondary.Attempts);
    });

    [Fact]
    public Task A_transfer_that_is_cut_begins_anew_and_comes_to_its_end() => SimDns.RunAsync(async sim =>
    {
        (SimDns primary, SimSecondary secondary, SimHost host) = await StartAsync(sim);
        primary.Take(Version(2));
        await InTheMidstAsync(sim, secondary);
        using (sim.Partition(host))
        {
            await sim.DelayAsync(TimeSpan.FromSeconds(60 + sim.Random.Next(60)));
            Assert.Equal(1u, secondary.Serial);
        }

        await UntilAsync(sim, secondary, 2, TimeSpan.FromMinutes(5));
        Assert.Contains(secondary.GivenUp, records => records is > 0 and < Hosts);
        await sim.DelayAsync(TimeSpan.FromHours(1));
        Assert.Equal(0, primary.Listening.ConnectionCount);
    });

    [Fact]
    public Task A_partition_that_is_short_costs_no_transfer() => SimDns.RunAsync(async sim =>
    {
        (SimDns primary, SimSecondary secondary, SimHost host) = await StartAsync(sim);
        primary.Take(Version(2));
        await InTheMidstAsync(sim, secondary);
        using (sim.Partition(host))
        {
            await sim.DelayAsync(TimeSpan.FromSeconds(3));
        }

        await UntilAsync(sim, secondary, 2, TimeSpan.FromMinutes(1));
        Assert.Equal(2, secondary.Attempts);
        Assert.Empty(secondary.GivenUp);
    });

    [Fact]
    public Task A_version_that_comes_during_a_transfer_comes_after_it() => SimDns.RunAsync(async sim =>
    {
        (SimDns primary, SimSecondary secondary, _) = await StartAsync(sim);
        primary.Take(Version(2));
        await InTheMidstAsync(sim, secondary);
        primary.Take(Version(3));
        await UntilAsync(sim, secondary, 3, TimeSpan.FromMinutes(5));
    });

    [Fact]
    public Task Through_a_storm_the_last_version_comes_through() => SimDns.RunAsync(async sim =>
    {
        (SimDns primary, SimSecondary secondary, _) = await StartAsync(sim);
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(5) });
        uint version = 1;
        while (!storm.IsCompleted)
        {
            primary.Take(Version(++version));
            await sim.DelayAsync(TimeSpan.FromSeconds(sim.Random.Next(5, 60)));
            Assert.True(secondary.Records.Count is 0 or Hosts + 1, "half a zone was taken for a whole one");
        }

        primary.Take(Version(++version));
        await UntilAsync(sim, secondary, version, TimeSpan.FromMinutes(10));
    });

    private static async Task<(SimDns Primary, SimSecondary Secondary, SimHost Host)> StartAsync(Simulation sim)
    {
        SimHost host = sim.AddHost("secondary");
        SimSecondary secondary = await SimSecondary.StartAsync(host);
        SimDns primary = await SimDns.StartAsync(sim, Version(1), host);
        await UntilAsync(sim, secondary, 1, TimeSpan.FromMinutes(1));
        sim.SetLink(primary.Host, host, Slow);
        return (primary, secondary, host);
    }

    private static async Task InTheMidstAsync(Simulation sim, SimSecondary secondary)
    {
        int attempts = secondary.Attempts;
        while (secondary.Attempts == attempts || secondary.UnderWay == 0)
        {
            await sim.DelayAsync(TimeSpan.FromMilliseconds(50));
        }

        await sim.DelayAsync(TimeSpan.FromMilliseconds(sim.Random.Next(500)));
        Assert.InRange(secondary.UnderWay, 1, Hosts);
    }

    private static async Task UntilAsync(Simulation sim, SimSecondary secondary, uint serial, TimeSpan within)
    {
        TimeSpan until = sim.Time.Elapsed + within;
        while (secondary.Serial != serial)
        {
            Assert.True(sim.Time.Elapsed < until, $"the secondary has version {secondary.Serial}, not {serial}, after {within}");
            await sim.DelayAsync(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(Hosts + 1, secondary.Records.Count);
        Assert.Contains($"version.example.test. 3600 IN TXT \"{serial}\"", secondary.Records);
    }

    private static Zone Version(uint serial) => Zone.Parse("example.test", string.Join('\n',
    [
        $"@ SOA ns hostmaster {serial} 7200 900 604800 300",
        $"version TXT {serial}",
        .. Enumerable.Range(1, Hosts - 1).Select(i => $"host{i} A 192.0.2.{i % 250}"),
    ]));
}
