// Says what a domain has: addresses, mail servers, texts. It asks this system's DNS servers, or the one that it is given.
//
//   dotnet run --project samples/DnsClient -- example.org
//   dotnet run --project samples/DnsClient -- example.org tls:192.0.2.1:853:name=dns.example
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;

if (args.Length is < 1 or > 2 || !DomainName.TryParse(args[0], out DomainName? domain))
{
    Console.Error.WriteLine("DnsClient DOMAIN [SERVER]");
    return 2;
}

SystemResolver system = await SystemResolver.ReadAsync();
DnsClientOptions options = system.ToOptions();
if (args.Length > 1)
{
    if (!EndpointSpec.TryParse(args[1], null, out EndpointSpec? server))
    {
        Console.Error.WriteLine($"{args[1]} is no endpoint; one is udp:192.0.2.1:53");
        return 2;
    }

    options.Servers = [server];
}

if (options.Validate() is { Count: > 0 } wrong)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, wrong));
    return 2;
}

await using var client = new DnsClient(options);
try
{
    DnsAddresses addresses = await client.ResolveAddressesAsync(args[0], system.Hosts);
    Console.WriteLine(addresses.Outcome == DnsOutcome.Found ? $"addresses: {string.Join(", ", addresses.Addresses)}" : $"addresses: none ({addresses.Outcome})");

    DnsAnswer<MxRecord> mail = await client.ResolveAsync<MxRecord>(domain);
    foreach (MxRecord server in mail.Records.OrderBy(record => record.Preference))
    {
        Console.WriteLine($"mail: {server.Exchange}, for {mail.Ttl.TotalSeconds} s");
    }

    DnsExchange start = await client.ExchangeAsync(domain, DnsType.SOA);
    foreach (ResourceRecord record in start.Answer.Answers)
    {
        Console.WriteLine($"zone: {record}");
    }

    Console.WriteLine($"{start.Server} said so by {start.Transport} in {start.Elapsed.TotalMilliseconds:0} ms");
    return 0;
}
catch (DnsQueryException silent)
{
    Console.Error.WriteLine(silent.Message);
    return 1;
}
