namespace Ropewalk.Dns.Session;

/// <summary>Is what a <see cref="DnsStreamSession"/> tells.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Transfer">The transfer that it happened to; null where any may be next.</param>
public readonly record struct DnsStreamEvent(DnsStreamEventKind Kind, ITransfer? Transfer = null);
