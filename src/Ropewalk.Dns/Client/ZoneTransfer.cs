using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Client;

/// <summary>Is what became of a transfer.</summary>
/// <param name="Failure">Why it brings no zone, or none.</param>
/// <param name="Code">The server's result; TSIG's error where the server did not take the signature.</param>
/// <param name="Kind">What the server sent.</param>
/// <param name="Serial">The serial of the zone that was sent; null if nothing was.</param>
/// <param name="Records">How many records were taken.</param>
/// <param name="Messages">In how many messages.</param>
/// <param name="Bytes">In how many bytes.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record ZoneTransfer(ZoneTransferFailure Failure, DnsResponseCode Code, ZoneTransferKind Kind, uint? Serial, long Records, long Messages, long Bytes, TimeSpan Elapsed)
{
    /// <summary>Gets whether all of it has come, and all is well.</summary>
    public bool IsComplete => Failure == ZoneTransferFailure.None;
}
