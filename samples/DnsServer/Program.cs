// A DNS server inside a program; its zone is a text in the code.
//
//   dotnet run --project samples/DnsServer
//   dotnet run --project samples/DnsServer -- 127.0.0.1:5300 tls:127.0.0.1:8853:dev
using System.Runtime.InteropServices;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Dns.Zones.Text;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Transports.Datagrams;

await using DnsServer dns = await DnsServer.StartAsync(new DnsServerOptions { Identity = "sample" });

DomainName apex = DomainName.Parse("lab.example");
var records = new ZoneBuilder(apex, dns.Hash, keepPositions: true);
var text = new MasterFileParser("lab.example", apex);
text.Give("""
    $TTL 1h
    @       SOA  ns1 hostmaster 1 2h 15m 2w 5m
            NS   ns1
    ns1     A    127.0.0.1
    www     A    192.0.2.7
    *.dev   A    192.0.2.8
    """u8.ToArray());
text.Parse(records);
ZoneReport report = ZoneReport.Make(text, records);
foreach (ZoneFinding finding in report.Findings.Told)
{
    Console.Error.WriteLine(report.Print(finding));
}

if (!report.IsValid)
{
    return 1;
}

dns.Take(new ZoneCatalog([report.Zone], dns.Hash));

await using var streams = new ConnectionServer();
List<IDatagramPort> ports = [];
foreach (EndpointSpec at in args.DefaultIfEmpty("127.0.0.1:5300").Select(at => EndpointSpec.Parse(at)).SelectMany(DnsEndpoints.Complete))
{
    if (at.Scheme == "udp")
    {
        ports.Add(await new EndpointContext().BindDatagramsAsync(at, dns.OnDatagrams));
        Console.WriteLine($"udp at {ports[^1].LocalEndPoint}");
    }
    else
    {
        Listening listening = await streams.ListenAsync(at, connections => connections.UseDnsStream(dns));
        Console.WriteLine($"{at.Scheme} at {listening.EndPoint}");
    }
}

var stop = new TaskCompletionSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await stop.Task;
foreach (IDatagramPort port in ports)
{
    await port.StopAsync();
}

return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}
