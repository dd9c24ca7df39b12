using Microsoft.Extensions.DependencyInjection;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Wire;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Tests.Server;

public sealed class DnsServiceInstanceTests : IDisposable
{
    private const string Head = """
        $TTL 300
        example. SOA ns hostmaster 1 3600 900 86400 300
        example. NS ns.elsewhere.
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-dns-");

    [Fact]
    public async Task A_file_that_is_missing_is_watched_too()
    {
        File.WriteAllText(PathOf("example.zone"), Head);
        var file = new DnsZoneFile(new DiskFileStore(_folder.FullName), FileStorePath.Parse("example.zone"), DomainName.Parse("example."));
        DnsServerOptions options = new() { ZoneFiles = [file] };
        DnsServer server = await DnsServer.StartAsync(options, TestContext.Current.CancellationToken);
        await using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        await using var instance = new DnsServiceInstance(server, services);
        Assert.Equal([PathOf("example.zone")], instance.Files);

        File.WriteAllText(PathOf("example.zone"), Head + "\n$INCLUDE hosts.inc\n");
        Assert.Empty(await instance.ReadFilesAsync(options, TestContext.Current.CancellationToken));
        Assert.Equal([PathOf("example.zone"), PathOf("hosts.inc")], instance.Files);
        instance.TakeFiles();
        Assert.Equal([DomainName.Parse("example.")], server.KeptZones);

        File.WriteAllText(PathOf("hosts.inc"), "www.example. A 192.0.2.1\n");
        Assert.Empty(await instance.ReadFilesAsync(options, TestContext.Current.CancellationToken));
        instance.TakeFiles();
        Assert.Equal(2, server.Files.Count);
        Assert.Empty(server.KeptZones);
        Assert.Equal(3, server.Catalog.Zones[0].RecordCount);
    }

    [Fact]
    public async Task Each_file_is_told_before_it_is_read()
    {
        File.WriteAllText(PathOf("example.zone"), Head + "\n$INCLUDE hosts.inc\n");
        List<string> told = [];
        var options = new DnsServerOptions
        {
            ZoneFiles = [new DnsZoneFile(new DiskFileStore(_folder.FullName), FileStorePath.Parse("example.zone"))],
            BeforeReading = path =>
            {
                // What is written here is what is read.
                told.Add(path);
                File.WriteAllText(PathOf("hosts.inc"), "www.example. A 192.0.2.1\n");
                return ValueTask.CompletedTask;
            },
        };
        await using DnsServer server = await DnsServer.StartAsync(options, TestContext.Current.CancellationToken);
        Assert.Equal([PathOf("example.zone"), PathOf("hosts.inc")], told.Distinct());
        Assert.Equal(told.Distinct(), server.Files.Select(file => PathOf(file.Name)));
        Assert.Equal(3, server.Catalog.Zones[0].RecordCount);
    }

    public void Dispose() => _folder.Delete(true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
