using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Testing;

/// <summary>Makes two connections that are the two ends of one, in memory: what one side sends the other receives, with half-close, reset and backpressure.</summary>
public static class ConnectionPair
{
    /// <summary>Creates a pair.</summary>
    /// <param name="scheduler">Where the two ends wake each other. Default the thread pool.</param>
    /// <param name="linkCapacityBytes">How much each direction holds between the two ends. Default 64 KiB.</param>
    /// <remarks><b>Lifetime</b>: dispose both. Disposing one is its end of both directions.</remarks>
    public static (ConnectionContext Client, ConnectionContext Server) Create(PipeScheduler? scheduler = null, int linkCapacityBytes = 64 * 1024) =>
        MemoryTransport.CreatePair(new MemoryTransportOptions { Scheduler = scheduler ?? PipeScheduler.ThreadPool, LinkCapacityBytes = linkCapacityBytes });
}
