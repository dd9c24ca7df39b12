using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Client;

/// <summary>Is an answer, with who gave it and how.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Server">The server that gave it.</param>
/// <param name="Transport">How it came.</param>
/// <param name="Elapsed">How long that server took.</param>
/// <param name="Tries">How many times servers were asked, the last one included.</param>
public sealed record DnsExchange(DnsMessage Answer, EndpointSpec Server, DnsTransport Transport, TimeSpan Elapsed, int Tries);
