namespace Ropewalk.Transports.Reactor;

/// <summary>
/// The system's clock, with timers on the loops' wheels: a timer made on a loop fires on that loop, between its turns, within 16 ms of its time.
/// A timer made elsewhere, be it on a loop of another transport, fires on the first loop.
/// </summary>
internal sealed class ReactorTimeProvider(ReactorLoop[] loops) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // another transport's loop may end before the timer does
        ReactorLoop loop = ReactorLoop.Current is { } current && Array.IndexOf(loops, current) >= 0 ? current : loops[0];
        WheelTimer timer = new(loop.Wheel, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
