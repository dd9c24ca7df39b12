using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Session;

/// <summary>Is what a <see cref="DnsStreamSession"/> tells.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Transfer">The transfer that it happened to; null where any may be next, or there is none.</param>
/// <param name="ResponseCode">With what a transfer was refused.</param>
/// <param name="Refused">What was refused; null where nothing was.</param>
/// <param name="Took">How long a transfer took that is complete.</param>
public readonly record struct DnsStreamEvent(
    DnsStreamEventKind Kind, ITransfer? Transfer = null, DnsResponseCode ResponseCode = DnsResponseCode.NoError, RefusedTransfer? Refused = null, TimeSpan Took = default);
