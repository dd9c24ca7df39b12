using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Session;

/// <summary>Says what became of a message that may ask for a transfer.</summary>
/// <param name="IsAsked">Whether it asks for one; else nothing has been done.</param>
/// <param name="ResponseBytes">How long the answer is that has been written, if there is no transfer.</param>
/// <param name="Transfer">The transfer that has begun.</param>
/// <param name="ResponseCode">With what it was refused: the answer's result, or the error of the request's signature.</param>
/// <param name="Refusal">Why it was refused.</param>
public readonly record struct TransferStart(
    bool IsAsked, int ResponseBytes = 0, ITransfer? Transfer = null, DnsResponseCode ResponseCode = DnsResponseCode.NoError, TransferRefusal Refusal = TransferRefusal.None)
{
    /// <summary>The message asks for something else.</summary>
    public static TransferStart NotAsked => default;
}
