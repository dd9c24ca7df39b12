using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Session;

/// <summary>Says how a notice ended.</summary>
/// <param name="Target">Who was told of what.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="ResponseCode">What the secondary said; null if it said nothing.</param>
public readonly record struct NotifyOutcome(NotifyTarget Target, int Attempts, DnsResponseCode? ResponseCode);
