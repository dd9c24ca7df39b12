using System.Net;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Transports.Datagrams;

namespace Guides.Tests.Recipes;

/// <summary>Runs the programs about DNS: those of the recipes, and the sample of docs/dns.md.</summary>
public sealed class DnsRecipesTests
{
    private const string Address = "([0-9.]+:[0-9]+)";

    [Fact]
    public async Task TheSampleAnswersByAllWays()
    {
        await using var program = RunningProgram.Start("DnsServer", "127.0.0.1:0", "tls:127.0.0.1:0:dev");
        string udp = await program.WaitForAsync("^udp at " + Address);
        string tcp = await program.WaitForAsync("^tcp at " + Address);
        string tls = await program.WaitForAsync("^tls at " + Address);
        foreach (string server in (string[])[$"udp:{udp}", $"tcp:{tcp}", $"tls:{tls}:name=localhost:trust={program.Certificate}"])
        {
            Assert.Equal("192.0.2.7", await AskAsync(server, "www.lab.example"));
            Assert.Equal("192.0.2.8", await AskAsync(server, "anything.dev.lab.example"));
            Assert.Equal("NameError", await AskAsync(server, "nobody.lab.example"));
        }

        await program.TerminateAsync();
    }

    /// <summary>An address without a scheme is what one types first.</summary>
    [Theory]
    [InlineData("127.0.0.1:5331", "The server 127.0.0.1:5331 needs a scheme")]
    [InlineData("udp:", "udp: is no endpoint; one is udp:192.0.2.1:53")]
    public async Task TheClientSaysWhatItsServerMustBe(string server, string said)
    {
        await using var program = RunningProgram.Start("DnsClient", "example.org", server);
        await program.WaitForAsync("^" + System.Text.RegularExpressions.Regex.Escape(said));
    }

    [Fact]
    public async Task AZoneIsExchangedByCode()
    {
        await using var program = RunningProgram.Start("Recipes", "zones-in-code", "127.0.0.1:0");
        string server = "udp:" + await program.WaitForAsync("listening on " + Address);
        Assert.Equal("NameError", await AskAsync(server, "printer.hosts.example"));
        program.Type("printer 192.0.2.44");
        await program.WaitForAsync("serial 2: 1 hosts");
        Assert.Equal("192.0.2.44", await AskAsync(server, "printer.hosts.example"));
        program.Type("printer somewhere");
        await program.WaitForAsync("NAME ADDRESS, or NAME");
        program.Type("printer 1.2.3");
        await program.WaitForAsync("NAME ADDRESS, or NAME");
        program.Type("printer");
        await program.WaitForAsync("serial 3: 0 hosts");
        Assert.Equal("NameError", await AskAsync(server, "printer.hosts.example"));
        await program.StopAsync();
    }

    [Fact]
    public async Task AServiceIsFoundAndTheSecondServerTakenIfTheFirstIsAway()
    {
        await using var listeners = new ConnectionServer();
        Listening away = await listeners.ListenAsync("tcp:127.0.0.1:0", _ => Task.CompletedTask);
        int closed = ((IPEndPoint)away.EndPoint).Port;
        await away.StopAsync(TestContext.Current.CancellationToken);
        Listening here = await listeners.ListenAsync("tcp:127.0.0.1:0", async connection => await connection.Transport.Output.WriteAsync("good morning\n"u8.ToArray()));
        int open = ((IPEndPoint)here.EndPoint).Port;

        await using DnsServer dns = await DnsServer.StartAsync(new DnsServerOptions());
        dns.Take(new ZoneCatalog([MakeZone(dns.Hash, closed, open)], dns.Hash));
        await using IDatagramPort port = await new EndpointContext().BindDatagramsAsync(EndpointSpec.Parse("udp:127.0.0.1:0"), dns.OnDatagrams);

        await using var program = RunningProgram.Start("Recipes", "lookup-service", "greeting", "shop.example", $"udp:{port.LocalEndPoint}");
        await program.WaitForAsync("^2 servers");
        await program.WaitForAsync($"a.shop.example:{closed}: .*refused");
        await program.WaitForAsync($"connected to tcp:b.shop.example:{open}");
        await program.WaitForAsync("good morning");
        await program.StopAsync();

        await using var nothing = RunningProgram.Start("Recipes", "lookup-service", "parting", "shop.example", $"udp:{port.LocalEndPoint}");
        await nothing.WaitForAsync("shop.example. has no parting: NameError");
    }

    private static Zone MakeZone(NameHash hash, int closed, int open)
    {
        string[] lines =
        [
            "shop.example 60 SOA b.shop.example h.shop.example 1 3600 900 1209600 60",
            "shop.example 60 NS b.shop.example",
            $"_greeting._tcp.shop.example 60 SRV 20 0 {open} b.shop.example",
            $"_greeting._tcp.shop.example 60 SRV 10 0 {closed} a.shop.example",
            "a.shop.example 60 A 127.0.0.1",
            "b.shop.example 60 A 127.0.0.1",
        ];
        var zone = new ZoneBuilder(DomainName.Parse("shop.example"), hash);
        foreach (ResourceRecord record in lines.Select(ResourceRecord.Parse))
        {
            zone.Add(record.Owner.Wire, record.Type, record.Class, (uint)record.Ttl.TotalSeconds, record.Rdata.Encode());
        }

        return zone.Build();
    }

    // the addresses, or what became of the question
    private static async Task<string> AskAsync(string server, string name)
    {
        await using var client = new DnsClient(new DnsClientOptions { Servers = [EndpointSpec.Parse(server)] });
        DnsAnswer<ARecord> answer = await client.ResolveAsync<ARecord>(DomainName.Parse(name));
        return answer.IsFound ? string.Join(' ', answer.Records.Select(record => record.Address)) : answer.Outcome.ToString();
    }
}
