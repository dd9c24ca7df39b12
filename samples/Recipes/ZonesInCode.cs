using System.Net;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Transports.Datagrams;

namespace Recipes;

/// <summary>Serves a zone that code makes: each line <c>NAME ADDRESS</c> of the input is a host, <c>NAME</c> alone takes it away.</summary>
internal static class ZonesInCode
{
    private static readonly DomainName Apex = DomainName.Parse("hosts.example");
    private static readonly DomainName Server = DomainName.Parse("ns1.hosts.example");

    public static async Task Main(string[] args)
    {
        await using DnsServer dns = await DnsServer.StartAsync(new DnsServerOptions());
        SortedDictionary<string, IPAddress> hosts = new(StringComparer.OrdinalIgnoreCase);
        uint serial = 1;
        dns.Take(new ZoneCatalog([Make(hosts, serial, dns.Hash)], dns.Hash));

        await using var streams = new ConnectionServer();
        EndpointSpec at = EndpointSpec.Parse(args.ElementAtOrDefault(0) ?? "127.0.0.1:5300");
        await using IDatagramPort port = await new EndpointContext().BindDatagramsAsync(at.WithScheme("udp"), dns.OnDatagrams);
        await streams.ListenAsync(at.WithScheme("tcp"), connections => connections.UseDnsStream(dns));
        Console.WriteLine($"listening on {port.LocalEndPoint}; the end of the input stops it");
        while (Console.ReadLine() is { } line)
        {
            if (!TryChange(hosts, line))
            {
                Console.Error.WriteLine("NAME ADDRESS, or NAME");
                continue;
            }

            // whoever is being answered goes on with the zone before; whoever asks from here on gets this one
            dns.Take(new ZoneCatalog([Make(hosts, ++serial, dns.Hash)], dns.Hash));
            Console.WriteLine($"serial {serial}: {hosts.Count} hosts");
        }

        await port.StopAsync();
    }

    private static bool TryChange(SortedDictionary<string, IPAddress> hosts, string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is not (1 or 2) || !DomainName.TryParse($"{words[0]}.{Apex}", out _))
        {
            return false;
        }

        if (words.Length == 1)
        {
            return hosts.Remove(words[0]);
        }

        // 1.2.3 would be 1.2.0.3 to IPAddress
        bool isAddress = IPAddress.TryParse(words[1], out IPAddress? address) && (words[1].Contains(':', StringComparison.Ordinal) || address.ToString() == words[1]);
        if (isAddress)
        {
            hosts[words[0]] = address!;
        }

        return isAddress;
    }

    private static Zone Make(SortedDictionary<string, IPAddress> hosts, uint serial, NameHash hash)
    {
        var zone = new ZoneBuilder(Apex, hash);
        TimeSpan hour = TimeSpan.FromHours(1), minute = TimeSpan.FromMinutes(1);
        Add(zone, Apex, new SoaRecord(Server, DomainName.Parse("hostmaster.hosts.example"), serial, hour, 15 * minute, 14 * 24 * hour, minute));
        Add(zone, Apex, new NsRecord(Server));
        Add(zone, Server, new ARecord(IPAddress.Loopback));
        foreach ((string name, IPAddress address) in hosts)
        {
            Add(zone, DomainName.Parse($"{name}.{Apex}"), address.GetAddressBytes().Length == 4 ? new ARecord(address) : new AaaaRecord(address));
        }

        return zone.Build();
    }

    private static void Add(ZoneBuilder zone, DomainName owner, Rdata rdata) => zone.Add(owner.Wire, rdata.Type, DnsClass.IN, 60, rdata.Encode());
}
