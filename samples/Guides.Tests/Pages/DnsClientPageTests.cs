using System.Net;
using Ropewalk.Client;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Endpoints;

namespace Guides.Tests.Pages;

/// <summary>What docs/dns-client.md shows, as code that runs.</summary>
public sealed class DnsClientPageTests
{
    [Fact]
    public async Task A_server_that_is_not_there_transfers_nothing()
    {
        DomainName zone = DomainName.Parse("example.");
        EndpointSpec server = EndpointSpec.Parse("mem:nobody");
        TsigKey key = new(DomainName.Parse("k."), TsigAlgorithm.HmacSha256, "0123456789abcdef"u8);
        await using var client = new DnsClient(new DnsClientOptions { Keys = [key] });
        List<ResourceRecord> records = [];
        ZoneTransferException failed = await Assert.ThrowsAsync<ZoneTransferException>(ReadAsync);
        Assert.Equal(ZoneTransferFailure.Unreachable, failed.Transfer.Failure);

        async Task ReadAsync()
        {
            await foreach (ResourceRecord record in client.TransferAsync(zone, server, new ZoneTransferOptions { Key = DomainName.Parse("k.") }))
            {
                records.Add(record);
            }
        }
    }

    [Fact]
    public async Task The_engine_takes_names_from_the_hosts_file()
    {
        HostsFile hosts = HostsFile.Parse("127.0.0.1 shop");
        await using var client = new DnsClient();
        var context = new EndpointContext { NameResolver = new DnsNameResolver(client, hosts) };
        Assert.Equal([IPAddress.Loopback], await context.NameResolver.ResolveAsync("shop", System.Net.Sockets.AddressFamily.InterNetwork, TestContext.Current.CancellationToken));
        Assert.NotNull(new ConnectionClient(context));
    }
}
