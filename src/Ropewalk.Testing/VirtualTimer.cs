namespace Ropewalk.Testing;

/// <summary>Is a timer of <see cref="VirtualTime"/>. Its mutable fields are the clock's, under the clock's lock.</summary>
internal sealed class VirtualTimer : ITimer
{
    // The same bound as the system's timers, so that an overlong due time fails here too.
    private const long LongestMilliseconds = 0xFFFF_FFFE;

    private readonly VirtualTime _time;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private bool _disposed;

    public VirtualTimer(VirtualTime time, TimerCallback callback, object? state)
    {
        _time = time;
        _callback = callback;
        _state = state;
    }

    internal long DueTicks { get; set; }

    internal long Order { get; set; }

    internal long? PeriodTicks { get; set; }

    /// <summary>Gets or sets its place in the queue of armed timers; -1 while it is not armed.</summary>
    internal int Place { get; set; } = -1;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        if (_disposed)
        {
            return false;
        }

        _time.Arm(this, dueTime == Timeout.InfiniteTimeSpan ? null : dueTime.Ticks, period > TimeSpan.Zero ? period.Ticks : null);
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        _time.Arm(this, null, null);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Fire()
    {
        if (_disposed)
        {
            return;
        }

        if (_context is null)
        {
            _callback(_state);
        }
        else
        {
            ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!)._callback(((VirtualTimer)timer)._state), this);
        }
    }

    private static void Check(TimeSpan value, string name)
    {
        if (value != Timeout.InfiniteTimeSpan && (value < TimeSpan.Zero || value.TotalMilliseconds > LongestMilliseconds))
        {
            throw new ArgumentOutOfRangeException(name, value, "A timer waits from 0 to 4294967294 ms, or forever.");
        }
    }
}
