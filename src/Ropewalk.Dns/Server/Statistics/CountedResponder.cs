using Ropewalk.Dns.Session;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Counts each answer by itself, in the tally that all share: it stands before the responder and the transfers of streams, and before the responder of workers that have no tally.</summary>
/// <remarks>A stream costs so much more than a datagram that each message may look at the clock twice and take a lock. <b>Call</b>: from any thread.</remarks>
internal sealed class CountedResponder(IMessageResponder responder, ITransferSource? transfers, DnsStatistics statistics, TimeProvider time) : IMessageResponder, ITransferSource
{
    /// <inheritdoc/>
    public int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
    {
        long start = time.GetTimestamp();
        int length = responder.Respond(message, origin, response);
        statistics.CountShared(message, origin, response[..length], isTransfer: false, time.GetElapsedTime(start).Ticks);
        return length;
    }

    /// <inheritdoc/>
    public TransferStart Begin(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
    {
        long begun = time.GetTimestamp();
        TransferStart start = transfers?.Begin(message, origin, response) ?? TransferStart.NotAsked;
        if (start.IsAsked)
        {
            statistics.CountShared(message, origin, response[..start.ResponseBytes], start.Transfer is not null, time.GetElapsedTime(begun).Ticks);
        }

        return start;
    }
}
