using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Is the one owner of a network: whoever comes while nobody is there applies its own call and then those that came meanwhile.</summary>
/// <remarks>
/// No thread is kept for it and nobody blocks: an uncontended call runs on the stack of the connection that makes it, and a contended one is run by who is there
/// already. Each connection has at most one call, so the queue is bounded by the connections.
/// </remarks>
internal sealed class IrcOwner(ILogger log)
{
    private readonly ILogger _log = log;
    private readonly ConcurrentQueue<(IrcLink? Link, Action<IrcLink?> Call)> _waiting = new();
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
        while (Interlocked.Decrement(ref _calls) > 0)
        {
            // It was counted before it was queued: it comes in a moment.
            (IrcLink? Link, Action<IrcLink?> Call) next;
            while (!_waiting.TryDequeue(out next))
            {
                wait.SpinOnce();
            }

            RunOne(next.Link, next.Call);
        }
    }
}
