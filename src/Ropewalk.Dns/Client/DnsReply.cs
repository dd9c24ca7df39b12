using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Client;

/// <summary>Is what a server has said to a message, be it right or wrong, with how it came.</summary>
/// <param name="Message">What it said; if it is malformed, what comes before the mistake.</param>
/// <param name="Server">Who was asked.</param>
/// <param name="Transport">How it came.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Signature">What the signature is worth.</param>
/// <param name="Violation">What is malformed, or that nothing is.</param>
public sealed record DnsReply(DnsMessage Message, EndpointSpec Server, DnsTransport Transport, TimeSpan Elapsed, DnsSignature Signature, DnsViolation Violation);
