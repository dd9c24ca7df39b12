using System.IO.Pipelines;

namespace Ropewalk.Testing;

/// <summary>
/// Runs what is scheduled on the thread pool, and tells when nothing is left of it: then the connections that wake each other through it
/// have no more to say, unless their handlers wait for something else.
/// </summary>
public sealed class QuietScheduler : PipeScheduler
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _quiet;
    private int _running;

    /// <summary>Gets the context in which what awaits goes on here.</summary>
    internal QuietContext Context => field ??= new QuietContext(this);

    /// <inheritdoc/>
    public override void Schedule(Action<object?> action, object? state)
    {
        lock (_gate)
        {
            _running++;
        }

        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(Run, (this, action, state), preferLocal: false);
    }

    /// <summary>Waits until nothing is left.</summary>
    public Task WhenQuietAsync()
    {
        lock (_gate)
        {
            if (_running == 0)
            {
                return Task.CompletedTask;
            }

            _quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _quiet.Task;
        }
    }

    private static void Run((QuietScheduler Scheduler, Action<object?> Action, object? State) work)
    {
        try
        {
            work.Action(work.State);
        }
        finally
        {
            work.Scheduler.Leave();
        }
    }

    private void Leave()
    {
        TaskCompletionSource? quiet = null;
        lock (_gate)
        {
            if (--_running == 0)
            {
                quiet = _quiet;
                _quiet = null;
            }
        }

        quiet?.SetResult();
    }
}
