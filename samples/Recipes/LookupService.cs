using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;

namespace Recipes;

/// <summary>Finds who offers a service in a domain, connects to the first that can be reached, and prints what it says.</summary>
internal static class LookupService
{
    public static async Task Main(string[] args)
    {
        if (args.Length is < 2 or > 3 || !DomainName.TryParse(args[1], out DomainName? domain))
        {
            Console.Error.WriteLine("lookup-service SERVICE DOMAIN [DNS-SERVER]");
            Environment.ExitCode = 2;
            return;
        }

        SystemResolver system = await SystemResolver.ReadAsync();
        DnsClientOptions options = system.ToOptions();
        if (args.Length > 2)
        {
            options.Servers = [EndpointSpec.Parse(args[2])];
        }

        await using var dns = new DnsClient(options);
        try
        {
            DnsServices services = await dns.ResolveServicesAsync(args[0], "tcp", domain);
            Console.WriteLine(services.IsOffered ? $"{services.Targets.Count} servers" : $"{domain} has no {args[0]}: {services.Outcome}");
            // the names of the servers are looked up at the same place
            var client = new ConnectionClient(new EndpointContext { NameResolver = new DnsNameResolver(dns, system.Hosts) });
            await TalkToOneAsync(client, services);
        }
        catch (DnsQueryException silent)
        {
            Console.Error.WriteLine(silent.Message);
            Environment.ExitCode = 1;
        }
    }

    private static async Task TalkToOneAsync(ConnectionClient client, DnsServices services)
    {
        foreach (SrvRecord server in services.Targets)
        {
            try
            {
                EndpointSpec at = EndpointSpec.Parse($"tcp:{server.Target.ToString().TrimEnd('.')}:{server.Port}");
                await using ConnectionContext connection = await client.ConnectAsync(at);
                Console.WriteLine($"connected to {at}");
                var heard = new MemoryStream();
                await connection.Transport.Input.CopyToAsync(heard);
                Console.Write(Encoding.UTF8.GetString(heard.ToArray()));
                return;
            }
            catch (EndpointException failure)
            {
                Console.WriteLine(failure.Message);
            }
        }

        Environment.ExitCode = 1;
    }
}
