using System.Text;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Tests.Server.Statistics;
using Ropewalk.Dns.Wire;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Tests.Server;

/// <summary>A mistake in the file of a zone that is served costs that zone its change, and no other.</summary>
public sealed class KeptZoneTests
{
    private readonly MemoryFileStore _files = new();
    private readonly LogRecorder _log = new("Ropewalk.Dns.Server");

    [Theory]
    [InlineData("a.example. 300 SOA ns hostmaster 2 3600 900 86400 300\na.example. 300 NS ns.elsewhere.\nwww 300 A 1.2.3\n", "a.zone:3:11: 1.2.3: it is no address")]
    [InlineData(null, "there is no such file")]
    [InlineData("", "a.zone:1:1: a.example.: the zone has no records")]
    public async Task The_others_are_taken_and_it_stays_as_it_was(string? text, string told)
    {
        await using DnsServer server = await StartAsync();
        await WriteAsync("a.zone", text);
        await WriteAsync("b.zone", ZoneText("b", 2));
        ZoneLoad load = await ReloadAsync(server);

        Assert.Empty(load.Errors);
        Assert.Equal(["a.example. 1", "b.example. 2"], Served(server));
        Assert.Equal([DomainName.Parse("a.example.")], server.KeptZones);
        Assert.Contains(Lines(), line => line.Contains(told, StringComparison.Ordinal));
        Assert.Contains("a.example. is served as it was, with serial 1: its file cannot be taken", Lines());
    }

    [Fact]
    public async Task It_is_told_once_and_again_if_the_mistake_is_another()
    {
        await using DnsServer server = await StartAsync();
        await WriteAsync("a.zone", ZoneText("a", 2) + "www A 1.2.3\n");
        await ReloadAsync(server);
        await WriteAsync("b.zone", ZoneText("b", 2));
        await ReloadAsync(server);
        Assert.Single(Lines(), line => line.Contains("is served as it was", StringComparison.Ordinal));

        await WriteAsync("a.zone", ZoneText("a", 2) + "www A 1.2.3.4.5\n");
        await ReloadAsync(server);
        Assert.Equal(2, Lines().Count(line => line.Contains("is served as it was", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Mended_it_is_taken()
    {
        await using DnsServer server = await StartAsync();
        await WriteAsync("a.zone", "nonsense");
        await ReloadAsync(server);
        await WriteAsync("a.zone", ZoneText("a", 3));
        await ReloadAsync(server);

        Assert.Equal(["a.example. 3", "b.example. 1"], Served(server));
        Assert.Empty(server.KeptZones);
    }

    [Fact]
    public async Task A_zone_that_is_not_served_yet_has_nothing_to_keep()
    {
        await using DnsServer server = await StartAsync();
        await WriteAsync("c.zone", "nonsense");
        DnsServerChange change = await server.PrepareAsync(Options("a.zone", "b.zone", "c.zone"), TestContext.Current.CancellationToken);
        Assert.NotEmpty(change.Errors);
        Assert.Null(change.Zones.Catalog);

        // Nor has one that its file now says to be another's.
        change = await server.PrepareAsync(new DnsServerOptions { ZoneFiles = [new(_files, FileStorePath.Parse("a.zone"), DomainName.Parse("other."))] }, TestContext.Current.CancellationToken);
        Assert.NotEmpty(change.Errors);
    }

    [Fact]
    public async Task Two_files_of_one_zone_are_told_with_both()
    {
        await WriteAsync("a.zone", ZoneText("a", 1));
        await WriteAsync("also-a.zone", ZoneText("a", 2));
        DnsServerOptions options = new() { ZoneFiles = [new(_files, FileStorePath.Parse("a.zone")), new(_files, FileStorePath.Parse("also-a.zone"))] };
        DnsZoneException refused = await Assert.ThrowsAsync<DnsZoneException>(async () => await DnsServer.StartAsync(options, TestContext.Current.CancellationToken));
        Assert.Equal(["also-a.zone: the zone a.example. is there already, from a.zone"], refused.Errors);
    }

    private IEnumerable<string> Lines() => _log.Lines.Select(line => line.Message);

    private async Task<DnsServer> StartAsync()
    {
        await WriteAsync("a.zone", ZoneText("a", 1));
        await WriteAsync("b.zone", ZoneText("b", 1));
        return await DnsServer.StartAsync(Options("a.zone", "b.zone"), TestContext.Current.CancellationToken);
    }

    private DnsServerOptions Options(params string[] files) => new()
    {
        ZoneFiles = [.. files.Select(file => new DnsZoneFile(_files, FileStorePath.Parse(file), DomainName.Parse(file[..1] + ".example.")))],
        LoggerFactory = _log,
    };

    private static async Task<ZoneLoad> ReloadAsync(DnsServer server)
    {
        ZoneLoad load = await server.ReadZonesAsync(TestContext.Current.CancellationToken);
        server.Take(load);
        return load;
    }

    private async Task WriteAsync(string file, string? text)
    {
        if (text is null)
        {
            await _files.DeleteAsync(FileStorePath.Parse(file), TestContext.Current.CancellationToken);
            return;
        }

        await _files.ReplaceAsync(FileStorePath.Parse(file), Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
    }

    private static string ZoneText(string name, int serial) => $"$TTL 300\n{name}.example. SOA ns hostmaster {serial} 3600 900 86400 300\n{name}.example. NS ns.elsewhere.\n";

    private static IEnumerable<string> Served(DnsServer server) => server.Catalog.Zones.Select(zone => $"{zone.Apex} {zone.Serial}").Order(StringComparer.Ordinal);
}
