using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server;

/// <summary>Is a secondary that is told of new versions of zones. <b>Spec</b>: RFC 1996.</summary>
/// <param name="Secondary">Its address and port.</param>
/// <param name="Key">What the notice is signed with; null for not at all.</param>
public sealed record NotifyPeer(PeerAddress Secondary, TsigKey? Key = null);
