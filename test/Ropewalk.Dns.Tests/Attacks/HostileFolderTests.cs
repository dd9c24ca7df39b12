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
    public async Task A_link_to_a_device_without_end_is_an_empty_file()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no such device here.");
        File.CreateSymbolicLink(Path.Combine(_folder, "a.zone"), "/dev/zero");
        Directory.CreateDirectory(Path.Combine(_folder, "b.zone"));
        Assert.Equal([ZoneRule.ZoneEmpty], await CheckAsync("a.zone"));
        Assert.Equal([ZoneRule.Text, ZoneRule.ZoneEmpty], await CheckAsync("b.zone"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "c.zone"), "$INCLUDE a.zone\n$INCLUDE b.zone\n", TestContext.Current.CancellationToken);
        Assert.Equal([ZoneRule.ZoneEmpty, ZoneRule.Text], (await CheckAsync("c.zone")).Order().Reverse());
    }

    private async Task<IEnumerable<ZoneRule>> CheckAsync(string file) =>
        (await ZoneFileCheck.RunAsync(new DiskFileStore(_folder), FileStorePath.Parse(file), DomainName.Parse("example.org"), TestZone.Hash, cancellationToken: TestContext.Current.CancellationToken))
            .Findings.Told.Select(finding => finding.Rule).Order();
}
