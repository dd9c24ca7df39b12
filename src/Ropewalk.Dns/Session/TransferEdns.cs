using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Dns.Session;

/// <summary>Says what the OPT record of an answer has, by what the request's had.</summary>
/// <param name="IsThere">Whether there was one: then the answer has one too (RFC 6891 §6.1.1).</param>
/// <param name="DnssecOk">Whether DO was set.</param>
/// <param name="WantsKeepalive">Whether the client asks how long an idle connection is kept.</param>
internal readonly record struct TransferEdns(bool IsThere, bool DnssecOk, bool WantsKeepalive)
{
    // An option's head and its two bytes.
    private const int KeepaliveBytes = 6;

    /// <summary>Gets how many bytes must be kept free.</summary>
    public int ReservedBytes => IsThere ? EdnsView.OptBytes + KeepaliveBytes : 0;

    /// <summary>Writes the record.</summary>
    /// <param name="writer">The message.</param>
    /// <param name="code">The result.</param>
    /// <param name="idle">How long an idle connection is kept; null if the answer is a datagram.</param>
    public void Write(ref DnsMessageWriter writer, DnsResponseCode code, TimeSpan? idle)
    {
        if (!IsThere || !writer.TryBeginOpt(DnsLimits.DatagramBytes, code, DnssecOk))
        {
            return;
        }

        // RFC 7828 §3.3.2: never in a datagram.
        if (WantsKeepalive && idle is not null)
        {
            EdnsKeepalive.TryWrite(ref writer, idle);
        }

        writer.EndOpt();
    }
}
