using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ropewalk.Dns.Client;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Finds the servers of a question, and the search list.</summary>
internal sealed class DigServers
{
    private const int DnsPort = 53;
    private const int TlsPort = 853;
    private const int UnknownHost = 1;

    private ResolverConfiguration? _system;

    /// <summary>Finds the servers.</summary>
    /// <exception cref="DigException">There is none.</exception>
    public async Task<IReadOnlyList<EndpointSpec>> FindAsync(DigRequest request)
    {
        if (request.Servers.Count == 0)
        {
            ResolverConfiguration configuration = await ReadSystemAsync();
            EndpointSpec[] own = [.. configuration.Servers.Select(server => At(server.ToIPAddress(), server.ToIPAddress().ToString(), request)).OfType<EndpointSpec>()];
            return own.Length > 0 ? own : throw new DigException(UnknownHost, $"resolv.conf has no server with an IPv{request.Family} address");
        }

        List<EndpointSpec> servers = [];
        foreach (string server in request.Servers)
        {
            servers.AddRange(await FindAsync(server, request));
        }

        return [.. servers.Take(DnsClientOptions.MostServers)];
    }

    /// <summary>Gets the suffixes and how many dots are enough, as the command line or resolv.conf says.</summary>
    public async Task<(IReadOnlyList<Ropewalk.Dns.Wire.DomainName> Suffixes, int Ndots)> FindSearchAsync(DigRequest request)
    {
        if (!request.Searches)
        {
            return ([], 1);
        }

        ResolverConfiguration system = await ReadSystemAsync();
        return (request.Suffix is null ? system.Search : [request.Suffix], request.Ndots ?? system.Ndots);
    }

    /// <summary>Makes the endpoint of an address; null if its family is not wanted.</summary>
    public static EndpointSpec? At(IPAddress address, string name, DigRequest request)
    {
        if (request.Family != 0 && (request.Family == 4) != (address.AddressFamily == AddressFamily.InterNetwork))
        {
            return null;
        }

        string host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        if (!request.UsesTls)
        {
            return EndpointSpec.Parse(string.Create(CultureInfo.InvariantCulture, $"udp:{host}:{request.Port ?? DnsPort}"));
        }

        EndpointSpec server = EndpointSpec.Parse(string.Create(CultureInfo.InvariantCulture, $"tls:{host}:{request.Port ?? TlsPort}")).WithKey("name", request.TlsName ?? name);
        return request.TlsAuthorities is null ? server : server.WithKey("trust", Path.GetFullPath(request.TlsAuthorities));
    }

    /// <summary>Resolves a server's name as this system does; none if it has no address.</summary>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string name)
    {
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            return [address];
        }

        try
        {
            EndpointContext system = new();
            return [.. await system.NameResolver.ResolveAsync(name, AddressFamily.InterNetworkV6), .. await system.NameResolver.ResolveAsync(name, AddressFamily.InterNetwork)];
        }
        catch (Exception e) when (e is IOException or SocketException or ArgumentException)
        {
            return [];
        }
    }

    private static async Task<IReadOnlyList<EndpointSpec>> FindAsync(string server, DigRequest request)
    {
        if (EndpointSpec.TryParse(server, null, out EndpointSpec? given) && !given.IsBare)
        {
            return [given];
        }

        IReadOnlyList<IPAddress> addresses = await ResolveAsync(server);
        EndpointSpec[] servers = [.. addresses.Select(candidate => At(candidate, server, request)).OfType<EndpointSpec>()];
        return servers.Length > 0 ? servers
            : throw new DigException(UnknownHost, $"couldn't get address for '{server}': {(addresses.Count > 0 ? "address family not supported" : "not found")}");
    }

    private async Task<ResolverConfiguration> ReadSystemAsync() => _system ??= (await SystemResolver.ReadAsync()).Configuration;
}
