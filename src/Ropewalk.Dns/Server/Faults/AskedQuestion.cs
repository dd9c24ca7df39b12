using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server.Faults;

/// <summary>Is a question that came to a server under test.</summary>
/// <param name="Name">The name that was asked for, its case as it came.</param>
/// <param name="Type">The type.</param>
/// <param name="Transport">How it came.</param>
/// <param name="Peer">Who asked.</param>
/// <param name="Id">The message's number.</param>
/// <param name="At">When, by the server's clock.</param>
public sealed record AskedQuestion(DomainName Name, DnsType Type, DnsTransport Transport, PeerAddress Peer, ushort Id, DateTimeOffset At)
{
    /// <summary>Prints the name, the type and the transport: <c>www.example.test. A udp</c>.</summary>
    public override string ToString() => $"{Name} {Type.Mnemonic()} {Transport switch { DnsTransport.Udp => "udp", DnsTransport.Tcp => "tcp", _ => "tls" }}";
}
