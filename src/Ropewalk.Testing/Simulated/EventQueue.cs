namespace Ropewalk.Testing.Simulated;

/// <summary>Holds what is still to happen, in the order of time and then of its making. One timer of the clock serves all of it.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<SimEvent, (long At, long Order)> _events = new();
    private readonly Lock _gate = new();
    private readonly VirtualTime _time;
    private readonly ITimer _timer;
    private long _order;
    private long _armedFor = long.MaxValue;

    public EventQueue(VirtualTime time)
    {
        _time = time;
        _timer = time.CreateTimer(static queue => ((EventQueue)queue!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public long Now => _time.Elapsed.Ticks;

    /// <summary>Has something happen at a time, in ticks since the start.</summary>
    public void Add(SimEvent what, long at)
    {
        lock (_gate)
        {
            _events.Enqueue(what, (at, ++_order));
            if (at < _armedFor)
            {
                ArmLocked(at);
            }
        }
    }

    public void Add(Action<object?> action, object? state, TimeSpan after) => Add(new CallEvent(action, state), Now + after.Ticks);

    private void OnTimer()
    {
        lock (_gate)
        {
            _armedFor = long.MaxValue;
        }

        while (TryTake() is { } due)
        {
            due.Happen();
        }

        lock (_gate)
        {
            if (_events.TryPeek(out _, out (long At, long Order) next) && next.At < _armedFor)
            {
                ArmLocked(next.At);
            }
        }
    }

    private SimEvent? TryTake()
    {
        lock (_gate)
        {
            return _events.TryPeek(out _, out (long At, long Order) next) && next.At <= Now ? _events.Dequeue() : null;
        }
    }

    private void ArmLocked(long at)
    {
        _armedFor = at;
        _timer.Change(TimeSpan.FromTicks(Math.Max(0, at - Now)), Timeout.InfiniteTimeSpan);
    }
}
