using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Is a record that was left out of a zone.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Type">Its type.</param>
/// <param name="Position">Where it was read.</param>
public readonly record struct RejectedRecord(RejectionReason Reason, DomainName Owner, DnsType Type, SourcePosition Position);
