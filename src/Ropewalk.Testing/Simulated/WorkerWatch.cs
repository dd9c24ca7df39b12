namespace Ropewalk.Testing.Simulated;

/// <summary>
/// Watches from a thread of its own whether the thread pool's one worker still comes round. Where a blocking wait holds it, nothing in the process
/// would ever end.
/// </summary>
internal sealed class WorkerWatch(TimeSpan patience, Action<Exception> onBlocked)
{
    private const int LooksPerPatience = 10;

    private static readonly Lock Gate = new();
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
            // real time, and a thread that has nothing else to do
#pragma warning disable RS0030
            Thread.Sleep(pause);
#pragma warning restore RS0030
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

    private void Tell() => onBlocked(new InvalidOperationException(
        $"The thread pool's one worker has not come round for {patience.TotalSeconds:0.###} s: something blocks it and waits for what only it could do (Wait(), Result, a "
        + "Dispose() that waits: stop Kestrel before you dispose of it), or computes for that long (SimulationOptions.Patience). This process can run nothing more on its thread pool."));
}
