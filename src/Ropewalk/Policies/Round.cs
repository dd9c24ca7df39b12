namespace Ropewalk.Policies;

/// <summary>
/// Looks at many connections now and then with one timer for all of them: cheaper than a timer each, which every byte would have to move.
/// While nobody is there, no timer runs.
/// </summary>
internal sealed class Round<T>
    where T : class
{
    private readonly TimeProvider _time;
    private readonly Func<IReadOnlyList<T>, TimeSpan> _visit;
    private readonly TimeSpan _first;
    private readonly Lock _gate = new();
    private readonly HashSet<T> _members = [];
    private ITimer? _timer;
    private bool _isArmed;

    /// <summary>Creates a round.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="first">How long after the first member the first visit is.</param>
    /// <param name="visit">Looks at all members and says when to look again. Called from the timer, one call at a time.</param>
    public Round(TimeProvider time, TimeSpan first, Func<IReadOnlyList<T>, TimeSpan> visit)
    {
        _time = time;
        _first = first;
        _visit = visit;
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _members.Count;
            }
        }
    }

    public void Add(T member)
    {
        lock (_gate)
        {
            _members.Add(member);
            if (!_isArmed)
            {
                Arm(_first);
            }
        }
    }

    public void Remove(T member)
    {
        lock (_gate)
        {
            _members.Remove(member);
            if (_members.Count == 0 && _isArmed)
            {
                _isArmed = false;
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private void OnTimer()
    {
        T[] members;
        lock (_gate)
        {
            if (!_isArmed)
            {
                return;
            }

            members = [.. _members];
        }

        TimeSpan next = _visit(members);
        lock (_gate)
        {
            if (_isArmed)
            {
                Arm(next);
            }
        }
    }

    // one shot at a time: a visit that takes long is not followed by a heap of late ones
    private void Arm(TimeSpan after)
    {
        _isArmed = true;
        if (_timer is null)
        {
            _timer = _time.CreateTimer(static state => ((Round<T>)state!).OnTimer(), this, after, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(after, Timeout.InfiniteTimeSpan);
        }
    }
}
