using System.Diagnostics;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Tests.Attacks;

/// <summary>What stands in a folder of zone files in the place of one.</summary>
public sealed class HostileFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ropewalk-zones-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_link_to_a_device_without_end_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no such device here.");
        File.CreateSymbolicLink(Path.Combine(_folder, "a.zone"), "/dev/zero");
        Directory.CreateDirectory(Path.Combine(_folder, "b.zone"));
        Assert.Equal([ZoneRule.Text, ZoneRule.ZoneEmpty], await CheckAsync("a.zone"));
        Assert.Equal([ZoneRule.Text, ZoneRule.ZoneEmpty], await CheckAsync("b.zone"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "c.zone"), "$INCLUDE a.zone\n$INCLUDE b.zone\n", TestContext.Current.CancellationToken);
        Assert.Equal([ZoneRule.Text, ZoneRule.Text, ZoneRule.ZoneEmpty], await CheckAsync("c.zone"));
    }

    [Fact]
    public async Task A_named_pipe_holds_nobody()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no named pipes among the files.");
        string pipe = Path.Combine(_folder, "a.zone");
        using (Process make = Process.Start("mkfifo", pipe))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (ZoneReport? report, string? obstacle) = await ZoneFileCheck.RunAsync(new DnsZoneFile(new DiskFileStore(_folder), FileStorePath.Parse("a.zone")), TestZone.Hash).AsTask()
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Null(report);
        Assert.Equal($"'{pipe}' is a named pipe, not a regular file", obstacle);
        await File.WriteAllTextAsync(Path.Combine(_folder, "b.zone"), "$INCLUDE a.zone\n", TestContext.Current.CancellationToken);
        Assert.Equal([ZoneRule.Text, ZoneRule.ZoneEmpty], await CheckAsync("b.zone"));
    }

    private async Task<IEnumerable<ZoneRule>> CheckAsync(string file) =>
        (await ZoneFileCheck.RunAsync(new DiskFileStore(_folder), FileStorePath.Parse(file), DomainName.Parse("example.org"), TestZone.Hash, cancellationToken: TestContext.Current.CancellationToken))
            .Findings.Told.Select(finding => finding.Rule).Order();
}
