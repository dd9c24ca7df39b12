namespace Ropewalk.Testing.Simulated;

/// <summary>
/// Watches from a thread of its own whether the thread pool's one worker still comes round. Where a blocking wait holds it, nothing in the process
/// would ever end.
/// </summary>
internal sealed class WorkerWatch(TimeSpan patience, Action<Exception> onBlocked)
{
    private const int LooksPerPatience = 10;

    private static readonly Lock Gate = new();
    private static readonly ManualResetEvent Never = new(initialState: false);
    private static WorkerWatch? _watched;
    private static Thread? _watcher;

    private int _rounds;
    private int _seenRounds = -1;
    private int _looksInVain;

    /// <summary>Begins to watch.</summary>
    public void Begin()
    {
        lock (Gate)
        {
            _watched = this;
            if (_watcher is null)
            {
                _watcher = new Thread(WatchAll) { IsBackground = true, Name = "simulation watch" };
                _watcher.Start();
            }
        }
    }

    /// <summary>Notes that the worker has come round.</summary>
    public void OnRound() => Volatile.Write(ref _rounds, _rounds + 1);

    public void End()
    {
        lock (Gate)
        {
            _watched = null;
        }
    }

    private static void WatchAll()
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            Never.WaitOne(pause);
            WorkerWatch? watched;
            lock (Gate)
            {
                watched = _watched;
                if (watched?.IsBlocked() is not true)
                {
                    pause = watched?.Pause ?? pause;
                    continue;
                }

                // what goes on from here does so on this thread; whoever runs next has another one
                _watched = null;
                _watcher = null;
            }

            watched.Tell();
            return;
        }
    }

    private TimeSpan Pause => patience / LooksPerPatience;

    private bool IsBlocked()
    {
        int rounds = Volatile.Read(ref _rounds);
        _looksInVain = rounds == _seenRounds ? _looksInVain + 1 : 0;
        _seenRounds = rounds;
        return _looksInVain > LooksPerPatience;
    }

    /// <summary>Fails the run. Where the worker stays away after that, the process ends: nobody could tell what has failed, and it would hang for ever.</summary>
    private void Tell()
    {
        var failure = new InvalidOperationException(
            $"The thread pool's one worker has not come round for {patience.TotalSeconds:0.###} s: something blocks it and waits for what only it could do (Wait(), Result, a "
            + "Dispose() that waits: stop Kestrel before you dispose of it), or computes for that long (SimulationOptions.Patience).");
        using var cameRound = new ManualResetEvent(initialState: false);
        ThreadPool.UnsafeQueueUserWorkItem(static set => ((ManualResetEvent)set!).Set(), cameRound);
        onBlocked(failure);
        if (!cameRound.WaitOne(patience))
        {
            Environment.FailFast(failure.Message);
        }
    }
}
