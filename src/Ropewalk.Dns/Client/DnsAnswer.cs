using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Client;

/// <summary>Is what was resolved: records of one type, or why there are none.</summary>
/// <typeparam name="TRecord">The type.</typeparam>
/// <param name="Outcome">What became of it.</param>
/// <param name="Records">The records, in the server's order; empty unless found.</param>
/// <param name="CanonicalName">The name that they belong to, behind all aliases.</param>
/// <param name="Aliases">The names that led there, the first one asked for first; empty if that was the name itself.</param>
/// <param name="Ttl">How long all of it may be kept, aliases included; zero unless found.</param>
/// <param name="Message">The last message.</param>
public sealed record DnsAnswer<TRecord>(DnsOutcome Outcome, ValueList<TRecord> Records, DomainName CanonicalName, ValueList<DomainName> Aliases, TimeSpan Ttl, DnsMessage Message)
    where TRecord : Rdata
{
    /// <summary>Gets whether there are records.</summary>
    public bool IsFound => Outcome == DnsOutcome.Found;
}
