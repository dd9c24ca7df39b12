using System.Text.RegularExpressions;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>The client and <c>ropewalk dig</c> with NSD, BIND, Knot and Unbound.</summary>
public sealed class DnsClientInteropTests
{
    private static readonly DomainName Zone = DomainName.Parse("example.");

    public static TheoryData<string> Servers => ["nsd", "named", "knot", "unbound"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task They_answer_by_datagram_on_streams_and_under_TLS(string name)
    {
        CancellationToken end = TestContext.Current.CancellationToken;
        await using DnsServerProgram server = await DnsServerProgram.StartAsync(name);
        await using DnsClient client = Make(server);
        EndpointSpec[] ways = server.HasTls ? [server.Udp, server.Tcp, server.Tls] : [server.Udp, server.Tcp];
        foreach (EndpointSpec way in ways)
        {
            DnsQueryOptions asked = new() { Server = way, RequestsNsid = true };
            DnsAnswer<ARecord> answer = await client.ResolveAsync<ARecord>(DomainName.Parse("alias.example."), asked, end);
            Assert.Equal(("www.example.", "192.0.2.1"), (answer.CanonicalName.ToString(), Assert.Single(answer.Records).Address.ToString()));
            Assert.True(answer.Message.Opt!.TryFind(EdnsOptionCode.Nsid, out OptOption? nsid));
            Assert.Equal("here", nsid.Value.ToText());
            Assert.Equal(DnsOutcome.NameError, (await client.ResolveAsync<ARecord>(DomainName.Parse("nobody.example."), asked, end)).Outcome);
            Assert.Equal(DnsOutcome.NoRecords, (await client.ResolveAsync<MxRecord>(DomainName.Parse("www.example."), asked, end)).Outcome);
            DnsExchange big = await client.ExchangeAsync(DomainName.Parse("big.example."), DnsType.TXT, asked, end);
            Assert.Equal((60, way.Scheme == "tls" ? DnsTransport.Tls : DnsTransport.Tcp), (big.Answer.Answers.Count, big.Transport));
        }

        DnsMessage[] many = await Task.WhenAll(Enumerable.Range(1, 200).Select(i =>
            client.QueryAsync(DomainName.Parse($"host-{i}.example."), DnsType.A, new DnsQueryOptions { Server = ways[i % ways.Length] }, end)));
        Assert.All(many, answer => Assert.Single(answer.Answers));
        Assert.Equal(0, client.ReadCounters().Ignored);
    }

    [Theory]
    [InlineData("nsd")]
    [InlineData("named")]
    [InlineData("knot")]
    public async Task They_transfer_the_zone_to_whoever_has_the_key(string name)
    {
        CancellationToken end = TestContext.Current.CancellationToken;
        await using DnsServerProgram server = await DnsServerProgram.StartAsync(name);
        await using DnsClient client = Make(server);
        List<ResourceRecord> records = [];
        await foreach (ResourceRecord record in client.TransferAsync(Zone, server.Tcp, new ZoneTransferOptions { Key = DnsServerProgram.Key.Name }, end))
        {
            records.Add(record);
        }

        Assert.Equal(3069, records.Count);
        Assert.Equal(DnsType.SOA, records[0].Type);
        ZoneTransferException refused = await Assert.ThrowsAsync<ZoneTransferException>(async () =>
        {
            await foreach (ResourceRecord _ in client.TransferAsync(Zone, server.Tcp, cancellationToken: end))
            {
            }
        });
        Assert.Equal(ZoneTransferFailure.Refused, refused.Transfer.Failure);
        ZoneTransfer whole = await client.TransferChangesAsync(Zone, 2024010101, server.Tcp, _ => { }, new ZoneTransferOptions { Key = DnsServerProgram.Key.Name }, end);
        Assert.Equal((ZoneTransferFailure.None, ZoneTransferKind.UpToDate), (whole.Failure, whole.Kind));

        DnsMessage signed = await client.QueryAsync(Zone, DnsType.SOA, new DnsQueryOptions { Server = server.Udp, Key = DnsServerProgram.Key.Name }, end);
        Assert.Contains(signed.Additionals, record => record.Type == DnsType.TSIG);
    }

    [Fact]
    public async Task NSD_and_BIND_give_and_take_cookies()
    {
        foreach (string name in (string[])["nsd", "named"])
        {
            await using DnsServerProgram server = await DnsServerProgram.StartAsync(name);
            await using DnsClient client = Make(server);
            for (int i = 0; i < 3; i++)
            {
                DnsMessage answer = await client.QueryAsync(Zone, DnsType.SOA, cancellationToken: TestContext.Current.CancellationToken);
                Assert.True(answer.Opt!.TryFind(EdnsOptionCode.Cookie, out OptOption? cookie));
                Assert.Equal(24, cookie.Value.Length);
            }
        }
    }

    [Fact]
    public async Task Dig_says_what_kdig_says()
    {
        ExternalProgram kdig = ExternalProgram.Find("kdig", "knot-dnsutils");
        await using DnsServerProgram server = await DnsServerProgram.StartAsync("nsd");
        foreach (string line in (string[])["www.example A", "www.example AAAA", "alias.example A", "example MX", "text.example TXT", "_sip._tcp.example SRV", "example SOA", "big.example TXT"])
        {
            string[] asked = ["@127.0.0.1", "-p", $"{server.Port}", .. line.Split(' '), "+noall", "+answer"];
            ProgramResult theirs = await kdig.RunAsync(asked), ours = await RopewalkProgram.RunAsync(["dig", .. asked]);
            Assert.Equal(Lines(theirs.Output), Lines(ours.Expect().Output));
        }

        ProgramResult transfer = await RopewalkProgram.RunAsync("dig", "@127.0.0.1", "-p", $"{server.Port}", "example", "axfr", "-y", DnsServerProgram.KeyWord);
        Assert.Contains(";; XFR size: 3070 records", transfer.Expect().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", transfer.Output, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Lines(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith(';')).Select(line => Regex.Replace(line.Trim(), "[ \t]+", " ")).Order(StringComparer.Ordinal);

    private static DnsClient Make(DnsServerProgram server) => new(new DnsClientOptions { Servers = [server.Udp], Keys = [DnsServerProgram.Key] });
}
