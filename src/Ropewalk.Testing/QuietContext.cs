using Ropewalk.Client;

namespace Ropewalk.Testing;

/// <summary>Runs what awaits in it on a <see cref="QuietScheduler"/>, so that a handler that waits for a timer or a task of its own counts as busy when it goes on.</summary>
internal sealed class QuietContext(QuietScheduler scheduler) : StayingContext
{
    /// <summary>Starts something in this context.</summary>
    /// <returns>A task that completes with it.</returns>
    public Task RunAsync(Func<Task> start)
    {
        var started = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ => started.SetResult(start()), null);
        return started.Task.Unwrap();
    }

    public override void Post(SendOrPostCallback d, object? state) => scheduler.Schedule(Run, (this, d, state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing here may block a thread.");

    public override SynchronizationContext CreateCopy() => this;

    private static void Run(object? work)
    {
        var (context, callback, state) = ((QuietContext, SendOrPostCallback, object?))work!;
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(context);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }
}
