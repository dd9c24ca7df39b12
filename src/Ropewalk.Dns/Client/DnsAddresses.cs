using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Client;

/// <summary>Is what was resolved for a host.</summary>
/// <param name="Outcome">What became of it; if one family was found, found.</param>
/// <param name="Addresses">The addresses, those of IPv6 first, in each family in the server's order.</param>
/// <param name="CanonicalName">The name behind all aliases, or null if no server was asked.</param>
public sealed record DnsAddresses(DnsOutcome Outcome, ValueList<IPAddress> Addresses, DomainName? CanonicalName)
{
    internal static DnsAddresses Of(DnsAnswer<AaaaRecord>? v6, DnsAnswer<ARecord>? v4)
    {
        DnsOutcome outcome = v6 is null || (v4 is not null && v4.Outcome < v6.Outcome) ? v4!.Outcome : v6.Outcome;
        IEnumerable<IPAddress> found6 = v6?.Records.Select(record => record.Address) ?? [], found4 = v4?.Records.Select(record => record.Address) ?? [];
        return new(outcome, [.. found6, .. found4], v4?.IsFound != true ? v6?.CanonicalName ?? v4?.CanonicalName : v4.CanonicalName);
    }
}
