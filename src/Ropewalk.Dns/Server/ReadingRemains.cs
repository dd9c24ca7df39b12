namespace Ropewalk.Dns.Server;

/// <summary>
/// Gives back the memory that reading zones leaves behind: several times what the zones have, and as much again with each reload until the collector comes by itself, which with large arrays it seldom does.
/// (A million records took 831 MB after three reloads without this, and 132 MB with it.)
/// </summary>
/// <param name="countQueries">Says how many queries have come so far.</param>
/// <param name="time">The clock.</param>
/// <param name="collect">Collects: with true all at once, while nobody is answered; with false beside those who are.</param>
internal sealed class ReadingRemains(Func<long> countQueries, TimeProvider time, Action<bool> collect) : IAsyncDisposable
{
    /// <summary>How long it waits for those who took part in the reading to let go of what they hold.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    /// <summary>How long it waits, where there is no quiet second, until it looks for another.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // What smaller zones leave is less than what the runtime holds for itself.
    private const long LargeBytes = 4L * 1024 * 1024;

    // To give memory back to the system takes up to 40 ms for a million records, while nobody is answered: what comes then waits in the port's queue, which has room for 270 questions where the
    // system gives no more than Linux's default of 208 KiB.
    private const int QuietQueriesPerSecond = 2_000;

    private readonly Lock _turn = new();
    private ITimer? _timer;
    private long _queriesBefore;
    private long _lookedAt;
    private bool _isCollected;

    /// <summary>Collects as the runtime does it.</summary>
    public static void Collect(bool atOnce)
    {
        if (atOnce)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        }
        else
        {
            // Less than a millisecond of pause. The memory can be used again, and is not given back.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    /// <summary>Learns that zones have been read and put in force, and collects soon.</summary>
    /// <param name="zoneBytes">The memory of the new ones.</param>
    public void NoteReading(long zoneBytes)
    {
        if (zoneBytes <= LargeBytes)
        {
            return;
        }

        lock (_turn)
        {
            _isCollected = false;
            _timer ??= time.CreateTimer(static remains => ((ReadingRemains)remains!).OnTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            LookAgain(Delay);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void LookAgain(TimeSpan delay)
    {
        _queriesBefore = countQueries();
        _lookedAt = time.GetTimestamp();
        _timer!.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void OnTime()
    {
        lock (_turn)
        {
            double perSecond = (countQueries() - _queriesBefore) / Math.Max(Delay.TotalSeconds, time.GetElapsedTime(_lookedAt).TotalSeconds);
            if (perSecond <= QuietQueriesPerSecond)
            {
                collect(true);
                return;
            }

            if (!_isCollected)
            {
                collect(false);
                _isCollected = true;
            }

            LookAgain(Interval);
        }
    }
}
