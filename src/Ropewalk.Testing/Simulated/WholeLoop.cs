using Ropewalk.Blocking;

namespace Ropewalk.Testing.Simulated;

/// <summary>Runs everything on the thread pool's one worker, and moves the time from there when the pool has nothing else to do.</summary>
internal sealed class WholeLoop : SimulationLoop
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(1);

    // there is one thread pool: two simulations at once would each take the other's work for its own
    private static readonly SemaphoreSlim Turn = new(1, 1);

    // its continuations run at once: where the worker is blocked, there is no other place for them
    private readonly TaskCompletionSource _done = new();
    private readonly TimeSpan _patience;
    private readonly WorkerWatch _watch;
    private Func<Task>? _scenario;
    private Task? _running;
    private VirtualTime? _time;
    private TimeSpan _limit;
    private TimeSpan _quiet;
    private Timer? _later;

    /// <summary>Gets or sets how long the worker may be away at least; a test's own.</summary>
    public static TimeSpan LeastWatch { get; set; } = TimeSpan.FromSeconds(5);

    public WholeLoop(TimeSpan patience)
    {
        _patience = patience;
        // a machine under load may leave the worker without a core for a while
        _watch = new WorkerWatch(patience > LeastWatch ? patience : LeastWatch, failure => _done.TrySetException(failure));
    }

    public override void Post(Action<object?> action, object? state) => ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);

    public override void Touch(string operation)
    {
    }

    public override async Task RunAsync(Func<Task> scenario, VirtualTime time, TimeSpan limit)
    {
        ThreadPool.GetMaxThreads(out int workers, out _);
        if (workers != 1)
        {
            throw new InvalidOperationException(
                $"SimulationMode.Whole needs a thread pool of one worker, and this process's has up to {workers}. Set ThreadPoolMinThreads and ThreadPoolMaxThreads to 1 in the test project's file, "
                + "or choose SimulationMode.Strict.");
        }

        (_scenario, _time, _limit) = (scenario, time, limit);
        await Turn.WaitAsync();
        try
        {
            _watch.Begin();
            ThreadPool.UnsafeQueueUserWorkItem(static loop => ((WholeLoop)loop!).Begin(), this);
            await _done.Task;
        }
        finally
        {
            _watch.End();
            _later?.Dispose();
            Turn.Release();
        }
    }

    private void Begin()
    {
        try
        {
            _running = _scenario!();
        }
        catch (Exception e)
        {
            _running = Task.FromException(e);
        }

        Again();
    }

    // behind all that is queued: with one worker, nothing else runs while this does
    private void Again() => ThreadPool.UnsafeQueueUserWorkItem(static loop => ((WholeLoop)loop!).OnTurn(), this);

    private void OnTurn()
    {
        _watch.OnRound();
        if (_done.Task.IsCompleted)
        {
            // the watch has given the run up: whoever runs next must not find this one's work
            return;
        }

        try
        {
            if (Failure is { } failure)
            {
                throw failure;
            }

            if (_running!.IsCompleted)
            {
                _done.TrySetFromTask(_running);
                return;
            }

            if (BlockingPool.PendingOfAll > 0)
            {
                // the engine waits for a disk or a resolver, on a thread of its own: no virtual time passes meanwhile
                LookLater();
            }
            else if (ThreadPool.PendingWorkItemCount > 0)
            {
                NoteStep();
                Again();
            }
            else if (MoveOn())
            {
                NoteTimeMoved();
                Again();
            }
        }
        catch (Exception e)
        {
            _done.TrySetException(e);
        }
    }

    private bool MoveOn()
    {
        if (_time!.Elapsed > _limit)
        {
            throw TooLong(_limit);
        }

        if (_time.AdvanceToNextTimer())
        {
            _quiet = default;
            return true;
        }

        // something of the world outside may still come (a thread of its own, a real timer); the worker is free for it meanwhile
        _quiet += LookEvery;
        if (_quiet > _patience)
        {
            throw Stalled("No timer is armed, and the thread pool is empty.");
        }

        LookLater();
        return false;
    }

    private void LookLater()
    {
        _later ??= new Timer(static loop => ((WholeLoop)loop!).OnTurn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _later.Change(LookEvery, Timeout.InfiniteTimeSpan);
    }
}
