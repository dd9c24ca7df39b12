using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Dns.Server;

/// <summary>Is what other options make of a running server, zones and all, made ready and not yet in force.</summary>
public sealed class DnsServerChange
{
    internal DnsServerChange(DnsServerOptions options, ZoneLoad zones, IReadOnlyList<string> errors)
    {
        Options = options;
        Zones = zones;
        Errors = errors;
    }

    /// <summary>Gets all that is wrong, in the options and in the zones; with one error it cannot be put in force.</summary>
    public IReadOnlyList<string> Errors { get; }

    /// <summary>Gets the zones.</summary>
    public ZoneLoad Zones { get; }

    internal DnsServerOptions Options { get; }

    internal QueryResponder? Responder { get; init; }

    internal ResponseRateLimiter? Limiter { get; init; }

    internal EdnsCookieSecret? Cookies { get; init; }
}
