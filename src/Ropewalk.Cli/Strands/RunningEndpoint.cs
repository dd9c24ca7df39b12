using System.Net;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Strands;

/// <summary>Is an endpoint that is listened on.</summary>
/// <param name="Spec">The endpoint as configured.</param>
/// <param name="BoundTo">What it was bound to, with the port that the system chose, as text.</param>
internal sealed record RunningEndpoint(EndpointSpec Spec, string? BoundTo)
{
    /// <summary>Gets the address and port that a client on this machine uses; null for what has none.</summary>
    public IPEndPoint? Reachable
    {
        get
        {
            if (BoundTo is null || !IPEndPoint.TryParse(BoundTo, out IPEndPoint? at))
            {
                return null;
            }

            IPAddress address = at.Address.IsIPv4MappedToIPv6 ? at.Address.MapToIPv4() : at.Address;
            bool any = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
            return any ? new IPEndPoint(IPAddress.Loopback, at.Port) : new IPEndPoint(address, at.Port);
        }
    }

    /// <summary>Gets the address for a browser, whose scheme follows from the endpoint's; null for what has none.</summary>
    public string? WebAddress
    {
        get
        {
            if (Reachable is not { } at)
            {
                return null;
            }

            bool tls = Spec.Scheme == "tls" || Spec.Inner?.Scheme == "tls";
            // a certificate for development names localhost
            string host = tls && IPAddress.IsLoopback(at.Address) ? "localhost" : at.Address.ToString();
            return $"{(tls ? "https" : "http")}://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{at.Port}/";
        }
    }
}
