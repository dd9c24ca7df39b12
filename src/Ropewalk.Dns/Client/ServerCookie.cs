using System.Net;

namespace Ropewalk.Dns.Client;

/// <summary>Is what a client and one server know each other by. <b>Spec</b>: RFC 7873 §4.</summary>
/// <param name="Client">The client's cookie: drawn, another one for each server.</param>
/// <param name="Server">The server's, or null as long as it has sent none.</param>
/// <param name="From">The address that the client's is sent from; null if nobody knows it.</param>
/// <param name="Drawn">When the client's was drawn: a timestamp of the clock.</param>
internal sealed record ServerCookie(byte[] Client, byte[]? Server, IPAddress? From, long Drawn);
