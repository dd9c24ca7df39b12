using Microsoft.Extensions.Logging;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Waits for stores, and never for ever: until a call is done, its time is over, or its user has gone.</summary>
/// <remarks>A call that nobody waits for any more goes on: what a store was asked for is done or not, and whoever asked must know which. So they are counted, and bounded.</remarks>
internal sealed class StoreCalls(TimeProvider time, TimeSpan timeout, ILogger log)
{
    // one holds a few KiB; a store that has so many to answer does not answer
    private const int MostLeft = 1024;

    private int _left;

    /// <summary>Gets whether so many calls are left that no other may be made.</summary>
    public bool IsFull => Volatile.Read(ref _left) >= MostLeft;

    /// <summary>Waits for a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="what">What is asked, for the log.</param>
    /// <param name="closed">Cancelled when the user's connection is over.</param>
    /// <returns>False if it is not done.</returns>
    public async ValueTask<bool> WaitAsync(Task call, string what, CancellationToken closed)
    {
        if (call.IsCompleted || closed.IsCancellationRequested)
        {
            return call.IsCompleted;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(closed);
        await Task.WhenAny(SeenAsync(call), Task.Delay(timeout, time, over.Token));
        if (!call.IsCompleted && !closed.IsCancellationRequested)
        {
            IrcServerLog.StoreOverdue(log, what, timeout);
        }

        over.Cancel();
        return call.IsCompleted;
    }

    /// <summary>Waits for a call for which its user waits no more, and goes on from there.</summary>
    public async Task FollowAsync(Task call, string what, Action then)
    {
        Interlocked.Increment(ref _left);
        try
        {
            await call;
        }
        catch (Exception exception)
        {
            // Nobody else would hear of it.
            IrcServerLog.StoreFailed(log, exception, what);
        }
        finally
        {
            Interlocked.Decrement(ref _left);
            then();
        }
    }

    // A task that has its continuations run elsewhere would take WhenAny's to the thread pool, out of a simulated run; an await comes back.
    private static async Task SeenAsync(Task call) => await call;
}
