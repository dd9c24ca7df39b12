using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Client;

/// <summary>Says how a question is encoded for one server and one way there.</summary>
/// <param name="Options">What the caller wants.</param>
/// <param name="HasEdns">Whether there is an OPT record.</param>
/// <param name="MixesCase">Whether the letters' case is drawn by lot.</param>
/// <param name="WantsKeepalive">Whether it is asked how long the connection is kept.</param>
/// <param name="IsPrivate">Whether nobody can read along, so that the length is hidden too.</param>
/// <param name="Cookie">The cookies of this server, or null.</param>
/// <param name="Key">What it is signed with, or null.</param>
internal readonly record struct QueryForm(DnsQueryOptions Options, bool HasEdns, bool MixesCase, bool WantsKeepalive, bool IsPrivate, ServerCookie? Cookie, TsigKey? Key)
{
    /// <summary>Gets whether it goes over a connection, whose other end is known without cookies.</summary>
    public bool IsStream { get; init; }
}
