using System.Net;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Receives and sends datagrams at one address: the only way by which they enter and leave a program. A strand takes this, and a simulation
/// gives one that has no socket.
/// </summary>
/// <remarks>
/// The end is phased: <see cref="StopAsync"/> ends receiving and answers what had arrived; late replies can still be sent; disposing ends those too.
/// </remarks>
public interface IDatagramPort : IAsyncDisposable
{
    /// <summary>Gets the address that it is bound to, with the port's real number.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Reads the counters. <b>Call</b>: from any thread; the values are each right, if not all of one instant.</summary>
    DatagramCounters ReadCounters();

    /// <summary>Sends a datagram that answers nothing, without waiting. <b>Call</b>: from any thread.</summary>
    /// <returns>False if the system did not take it; it is then dropped and counted.</returns>
    bool TrySend(in PeerAddress to, ReadOnlySpan<byte> payload);

    /// <summary>
    /// Swaps what the port calls, for a reload: the port stays, no datagram is lost. Batches that come after the call see the new handler.
    /// </summary>
    /// <returns>
    /// A task that completes when no worker is inside the old handler any more, so that what it used can be disposed. Don't block on it in a handler.
    /// </returns>
    Task SwapHandlerAsync(DatagramHandler handler);

    /// <summary>
    /// Ends receiving: nothing new is taken, what had already arrived is handled and answered. Late replies can be sent until the port is disposed.
    /// </summary>
    /// <param name="cancellationToken">Ends the draining: what is still queued then is discarded. The task completes all the same.</param>
    Task StopAsync(CancellationToken cancellationToken = default);
}
