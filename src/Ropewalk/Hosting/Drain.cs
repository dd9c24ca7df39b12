using Ropewalk.Diagnostics;
using Ropewalk.Server;
using Ropewalk.Transports;

namespace Ropewalk.Hosting;

/// <summary>Ends the connections of applications that get no new ones.</summary>
/// <param name="timeout">How long they have to say goodbye.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="now">Brings the deadline forward to now.</param>
internal sealed class Drain(TimeSpan timeout, TimeProvider timeProvider, CancellationToken now)
{
    private static readonly ConnectionEnd DeadlinePassed = new(
        ConnectionEndReason.ServerStopped, ErrorSide.Local, "The service was restarted and the drain deadline passed.");

    /// <summary>Completes when the last connection has ended.</summary>
    /// <param name="former">The application.</param>
    /// <param name="goodbye">Whether its connections are asked to end, and aborted at the deadline.</param>
    public async Task EndAsync(FormerApplication former, bool goodbye)
    {
        if (goodbye)
        {
            former.RequestClose();
            try
            {
                await former.Drained.WaitAsync(timeout, timeProvider, now);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                former.Abort(DeadlinePassed);
            }
        }

        await former.Drained;
    }
}
