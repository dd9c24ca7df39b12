namespace Ropewalk.Transports.Reactor;

/// <summary>A timer on a loop's wheel.</summary>
internal sealed class WheelTimer : ITimer
{
    /// <summary>The due tick of a stopped timer.</summary>
    public const long Never = long.MaxValue;

    private readonly TimerWheel _wheel;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private long _due = Never;
    private TimeSpan _period;

    public WheelTimer(TimerWheel wheel, TimerCallback callback, object? state)
    {
        _wheel = wheel;
        _callback = callback;
        _state = state;
    }

    public long DueTick => Volatile.Read(ref _due);

    public long SlotTick { get; set; }

    public WheelTimer? Next { get; set; }

    public WheelTimer? Previous { get; set; }

    public bool InWheel { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        long due = dueTime == Timeout.InfiniteTimeSpan ? Never : _wheel.DueTick(dueTime);
        Volatile.Write(ref _due, due);
        if (due == Never)
        {
            // It stays in its slot until that comes, and is dropped then.
            return true;
        }

        if (ReactorLoop.Current == _wheel.Loop)
        {
            Place();
        }
        else
        {
            _wheel.Loop.Post(static state => ((WheelTimer)state!).Place(), this);
        }

        return true;
    }

    /// <summary>Fires, unless another thread has moved it since it was found due: then that counts.</summary>
    public void Fire(long due)
    {
        // In one step with the look at who moved it: a timer that another thread stops here must not be set again.
        long next = _period > TimeSpan.Zero ? _wheel.DueTick(_period) : Never;
        if (Interlocked.CompareExchange(ref _due, next, due) != due)
        {
            return;
        }

        if (next != Never)
        {
            Place();
        }

        _callback(_state);
    }

    public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Place()
    {
        long due = DueTick;
        if (InWheel && SlotTick <= due)
        {
            return;
        }

        _wheel.Remove(this);
        if (due != Never)
        {
            _wheel.Insert(this);
        }
    }
}
