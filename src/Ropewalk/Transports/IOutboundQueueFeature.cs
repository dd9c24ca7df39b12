namespace Ropewalk.Transports;

/// <summary>
/// Sends bytes that were encoded once to many connections: reference-counted, bounded per connection, never awaiting. What is enqueued
/// during one turn of the transport leaves in one gathered write.
/// </summary>
/// <remarks>
/// <b>Call</b>: from any thread. Enqueued bytes and bytes flushed through <c>Transport.Output</c> leave in the order of the calls; a message
/// is never cut in two by the other. Behind a TLS or another wrapping layer the feature is the layer's own, or absent.
/// </remarks>
public interface IOutboundQueueFeature
{
    /// <summary>Takes a reference to <paramref name="bytes"/> and queues it; the reference is released when it has been sent or dropped.</summary>
    /// <returns>False if the queue is full or the connection has ended: the bytes are not queued, and no reference is held.</returns>
    bool TryEnqueue(SharedBytes bytes);

    /// <summary>Gets the bytes that are queued or flushed and not yet taken by the system.</summary>
    long QueuedBytes { get; }

    /// <summary>Gets or sets the most bytes that may wait. Default 1 MiB (InspIRCd's <c>softsendq</c> class of bounds).</summary>
    long LimitBytes { get; set; }

    /// <summary>Gets or sets what a full queue does. Default <see cref="OutboundOverflow.Close"/>.</summary>
    OutboundOverflow Overflow { get; set; }

    /// <summary>Gets how many enqueues a full queue has dropped.</summary>
    long Dropped { get; }
}
