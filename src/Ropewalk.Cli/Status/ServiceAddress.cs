using System.Net;
using Ropewalk.Diagnostics;

namespace Ropewalk.Cli.Status;

/// <summary>Makes the web address at which a service can be opened in a browser.</summary>
internal static class ServiceAddress
{
    /// <summary>Makes it, or gives null where the service is none for browsers.</summary>
    public static string? WebOf(string kind, EndpointStatus endpoint)
    {
        return kind is "web" or "status" && endpoint.BoundTo is { } bound && IPEndPoint.TryParse(bound, out IPEndPoint? at) ? WebOf(endpoint.Endpoint, at) : null;
    }

    /// <summary>Makes it from the endpoint string and what it was bound to.</summary>
    public static string? WebOf(string endpoint, EndPoint bound)
    {
        if (bound is not IPEndPoint at)
        {
            return null;
        }

        string scheme = endpoint.StartsWith("tls:", StringComparison.Ordinal) ? "https" : "http";
        IPAddress address = at.Address.IsIPv4MappedToIPv6 ? at.Address.MapToIPv4() : at.Address;
        string host = address.Equals(IPAddress.Any) ? "127.0.0.1" : address.Equals(IPAddress.IPv6Any) ? "localhost" : address.ToString();
        // a certificate for development names localhost
        host = scheme == "https" && IPAddress.IsLoopback(address) ? "localhost" : host;
        return $"{scheme}://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{at.Port}/";
    }

}
