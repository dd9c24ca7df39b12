namespace Ropewalk.Sessions;

/// <summary>
/// Is the one timer of a conversation. A deadline that moves later costs nothing: the timer fires at the old one, and is then armed for
/// what is left. Most deadlines move later with each message and never pass.
/// </summary>
internal sealed class SessionTimer(TimeProvider timeProvider, WakeSignal wake) : IDisposable
{
    /// <summary>A timer may fire this much early by another clock's measure: the system's timers count in ticks of up to 16 ms.</summary>
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(16);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly long _start = timeProvider.GetTimestamp();
    private ITimer? _timer;
    private TimeSpan _armedFor = TimeSpan.MaxValue;
    private TimeSpan _now;
    private bool _fired;

    /// <summary>Gets the time since the conversation began, as of the last <see cref="Refresh"/>.</summary>
    public TimeSpan Now => _now;

    /// <summary>Gets whether the timer has fired since it was armed.</summary>
    public bool HasFired => Volatile.Read(ref _fired);

    /// <summary>Looks at the clock.</summary>
    public void Refresh()
    {
        TimeSpan elapsed = timeProvider.GetElapsedTime(_start);
        _now = elapsed > _now ? elapsed : _now;
    }

    /// <summary>Makes sure that the loop wakes at <paramref name="deadline"/> or before.</summary>
    public void Arm(TimeSpan deadline)
    {
        if (deadline >= _armedFor)
        {
            return;
        }

        Refresh();
        TimeSpan wait = deadline - _now;
        wait = wait > Longest ? Longest : wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
        // Timers cut off what is less than a millisecond.
        wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _armedFor = _now + wait;
        _timer ??= timeProvider.CreateTimer(static state => ((SessionTimer)state!).OnFired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Tells whether a deadline has passed, and if the timer fired for it a little early, lets the time be the deadline's.</summary>
    public bool HasPassed(TimeSpan? deadline)
    {
        if (deadline is not { } due || due > _now + Granularity)
        {
            return false;
        }

        if (due > _now && !HasFired)
        {
            return false;
        }

        _now = due > _now ? due : _now;
        return true;
    }

    /// <summary>Takes the firing: the timer is no longer armed.</summary>
    public void TakeFired()
    {
        if (HasFired)
        {
            Volatile.Write(ref _fired, false);
            _armedFor = TimeSpan.MaxValue;
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void OnFired()
    {
        Volatile.Write(ref _fired, true);
        wake.Set(inline: true);
    }
}
