using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.Logging;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Is the one owner of a network: whoever comes while nobody is there applies its own call and then those that came meanwhile.</summary>
/// <remarks>
/// No thread is kept for it and nobody blocks: an uncontended call runs on the stack of the connection that makes it, and a contended one is run by who is there
/// already. Each connection has at most one call, so the queue is bounded by the connections. Nobody works for others without end: after so many calls the rest is handed to
/// another turn, which is the owner then.
/// </remarks>
internal sealed class IrcOwner(ILogger log)
{
    // some 100 µs of others' work at 2 µs for a line: less than another turn costs a connection that waits
    private const int MostForOthers = 64;

    private readonly ILogger _log = log;
    private readonly ConcurrentQueue<(IrcLink? Link, Action<IrcLink?> Call)> _waiting = new();
    private (IrcLink? Link, Action<IrcLink?> Call) _handed;
    private ManualResetValueTaskSourceCore<bool> _turn = new() { RunContinuationsAsynchronously = true };
    private int _calls;

    /// <summary>Makes a call. Completed on return where nobody else was there.</summary>
    /// <param name="link">Whose call it is.</param>
    /// <param name="call">The call; one object for each kind, so that nothing is allocated.</param>
    public ValueTask RunAsync(IrcLink link, Action<IrcLink?> call)
    {
        if (Interlocked.Increment(ref _calls) == 1)
        {
            try
            {
                call(link);
            }
            finally
            {
                RunWaiting();
            }

            return ValueTask.CompletedTask;
        }

        ValueTask done = link.WaitAsync();
        _waiting.Enqueue((link, call));
        return done;
    }

    /// <summary>Makes a call that nobody waits for, now or soon.</summary>
    public void Post(Action<IrcLink?> call)
    {
        if (Interlocked.Increment(ref _calls) == 1)
        {
            try
            {
                call(null);
            }
            finally
            {
                RunWaiting();
            }

            return;
        }

        _waiting.Enqueue((null, call));
    }

    // Leaves the stack: in a simulated run on its loop, else by the thread pool. One object for all hand-overs, as there is one owner at a time.
    private void HandOver()
    {
        _turn.Reset();
        _turn.OnCompleted(static owner => ((IrcOwner)owner!).GoOn(), this, _turn.Version, ValueTaskSourceOnCompletedFlags.UseSchedulingContext);
        _turn.SetResult(true);
    }

    private void GoOn()
    {
        (IrcLink? link, Action<IrcLink?> call) = _handed;
        _handed = default;
        RunOne(link, call);
        RunWaiting();
    }

    // What a call throws belongs to the connection that made it, not to the one on whose stack it ran.
    private void RunOne(IrcLink? link, Action<IrcLink?> call)
    {
        Exception? failure = null;
        try
        {
            call(link);
        }
        catch (Exception exception)
        {
            failure = exception;
            if (link is null)
            {
                IrcServerLog.OwnerFailed(_log, exception);
            }
        }

        link?.Finish(failure);
    }

    private void RunWaiting()
    {
        var wait = default(SpinWait);
        for (int done = 0; Interlocked.Decrement(ref _calls) > 0; done++)
        {
            // It was counted before it was queued: it comes in a moment.
            (IrcLink? Link, Action<IrcLink?> Call) next;
            while (!_waiting.TryDequeue(out next))
            {
                wait.SpinOnce();
            }

            if (done == MostForOthers)
            {
                // It is still counted: so nobody else becomes the owner, and those who come stand behind it.
                _handed = next;
                HandOver();
                return;
            }

            RunOne(next.Link, next.Call);
        }
    }
}
