using System.Net;
using System.Net.Sockets;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Shows the way to a name: from the servers of the root to those that answer for it, referral by referral. What a referral says may only lead down, so that each name has a last step.</summary>
internal sealed class DigTrace(DigRequest request, DnsClient client, DigText text, TimeProvider time)
{
    // The root's servers at https://www.iana.org/domains/root/servers: where it begins if nobody else is named.
    private static readonly (string Name, string V4, string V6)[] RootServers =
    [
        ("a", "198.41.0.4", "2001:503:ba3e::2:30"), ("b", "170.247.170.2", "2801:1b8:10::b"), ("c", "192.33.4.12", "2001:500:2::c"), ("d", "199.7.91.13", "2001:500:2d::d"), ("e", "192.203.230.10", "2001:500:a8::e"),
        ("f", "192.5.5.241", "2001:500:2f::f"), ("g", "192.112.36.4", "2001:500:12::d0d"), ("h", "198.97.190.53", "2001:500:1::53"), ("i", "192.36.148.17", "2001:7fe::53"), ("j", "192.58.128.30", "2001:503:c27::2:30"),
        ("k", "193.0.14.129", "2001:7fd::1"), ("l", "199.7.83.42", "2001:500:9f::42"), ("m", "202.12.27.33", "2001:dc3::35"),
    ];

    private readonly Dictionary<EndpointSpec, string> _names = [];

    /// <summary>Walks.</summary>
    /// <param name="name">To where.</param>
    /// <param name="first">The servers that are asked for the root's; none for the root's own.</param>
    /// <returns>dig's code.</returns>
    public async Task<int> RunAsync(DomainName name, IReadOnlyList<EndpointSpec> first)
    {
        text.ShowGreeting();
        // As dig: only the first server is asked to find something.
        DigRequest root = request with { NameText = ".", Type = DnsType.NS, Query = request.Query with { RecursionDesired = true } };
        IReadOnlyList<EndpointSpec> servers = first.Count > 0 ? first : Known(RootServers.SelectMany(server => ((string, IPAddress)[])[($"{server.Name}.root-servers.net.", IPAddress.Parse(server.V4)), ($"{server.Name}.root-servers.net.", IPAddress.Parse(server.V6))]));
        DomainName zone = DomainName.Root;
        if (await StepAsync(root, zone, servers) is not { } reply)
        {
            return DigCommand.NoReply;
        }

        servers = await FollowAsync(reply.Message.Answers, zone, reply.Message);
        while (servers.Count > 0)
        {
            reply = await StepAsync(request, name, servers);
            if (reply is null)
            {
                return DigCommand.NoReply;
            }

            DnsMessage answer = reply.Message;
            if (answer.Answers.Count > 0 || answer.Header.IsAuthoritative || answer.ResponseCode != DnsResponseCode.NoError
                || answer.Authorities.FirstOrDefault(record => record.Type == DnsType.NS)?.Owner is not { } child)
            {
                return DigCommand.Answered;
            }

            if (!child.IsSubdomainOf(zone) || child == zone || !name.IsSubdomainOf(child))
            {
                text.Warn(request, child == zone ? "BAD (HORIZONTAL) REFERRAL" : "BAD REFERRAL");
                return DigCommand.Answered;
            }

            zone = child;
            servers = await FollowAsync(answer.Authorities, zone, answer);
        }

        return DigCommand.Answered;
    }

    private async Task<DnsReply?> StepAsync(DigRequest step, DomainName name, IReadOnlyList<EndpointSpec> servers)
    {
        DnsReply? reply = await new DigLookup(step, client, servers, text, time).AskAsync(name);
        if (reply is not null)
        {
            text.WriteStep(request, reply, _names.GetValueOrDefault(reply.Server.Scheme == "tcp" ? EndpointSpec.Parse($"udp:{reply.Server.ToString()[4..]}") : reply.Server));
        }

        return reply;
    }

    // The addresses that stand beside the names; where there are none, as this system knows them.
    private async Task<IReadOnlyList<EndpointSpec>> FollowAsync(IEnumerable<ResourceRecord> records, DomainName zone, DnsMessage message)
    {
        DomainName[] hosts = [.. records.Where(record => record.Type == DnsType.NS && record.Owner == zone).Select(record => ((NsRecord)record.Rdata).Host)];
        IReadOnlyList<EndpointSpec> known = Known(hosts.SelectMany(host => message.Additionals.Where(record => record.Owner == host).Select(AddressOf).OfType<IPAddress>().Select(address => (host.ToString(), address))));
        for (int i = 0; known.Count == 0 && i < Math.Min(hosts.Length, DnsClientOptions.MostServers); i++)
        {
            known = Known((await DigServers.ResolveAsync(hosts[i].ToString())).Select(address => (hosts[i].ToString(), address)));
        }

        if (known.Count == 0 && hosts.Length > 0)
        {
            text.Warn(request, $"couldn't get address for '{hosts[0]}': not found");
        }

        return known;
    }

    // IPv4 first: more machines have it.
    private EndpointSpec[] Known(IEnumerable<(string Name, IPAddress Address)> servers)
    {
        List<EndpointSpec> known = [];
        foreach ((string name, IPAddress address) in servers.OrderBy(server => server.Address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1))
        {
            if (DigServers.At(address, name, request) is { } server && known.Count < DnsClientOptions.MostServers && !known.Contains(server))
            {
                known.Add(server);
                _names[server] = name.Length > 1 ? name.TrimEnd('.') : name;
            }
        }

        return [.. known];
    }

    private static IPAddress? AddressOf(ResourceRecord record) => record.Rdata switch
    {
        ARecord v4 => v4.Address,
        AaaaRecord v6 => v6.Address,
        _ => null,
    };
}
