using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Session;

/// <summary>Says who is told of what.</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Class">Its class.</param>
/// <param name="Secondary">The server that is told.</param>
public readonly record struct NotifyTarget(DomainName Zone, DnsClass Class, PeerAddress Secondary);
