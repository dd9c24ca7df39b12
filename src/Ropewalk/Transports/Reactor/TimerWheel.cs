namespace Ropewalk.Transports.Reactor;

/// <summary>
/// The timers of one loop, hashed by due time into slots of 16 ms. Setting, moving and stopping a timer cost a few writes; a timer that is
/// moved to later stays where it is and is moved when its slot comes, so that a deadline which every message pushes back costs nothing.
/// </summary>
internal sealed class TimerWheel
{
    private const int SlotCount = 1024;
    private const long TickMilliseconds = 16;

    private readonly ReactorLoop _loop;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly WheelTimer?[] _slots = new WheelTimer?[SlotCount];
    private long _tick;
    private int _count;

    public TimerWheel(ReactorLoop loop, TimeProvider time)
    {
        _loop = loop;
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>Gets the loop that the timers fire on.</summary>
    public ReactorLoop Loop => _loop;

    /// <summary>Gets the present tick.</summary>
    public long Now => (long)_time.GetElapsedTime(_start).TotalMilliseconds / TickMilliseconds;

    /// <summary>Converts a delay to the tick at which it has passed.</summary>
    public long DueTick(TimeSpan delay) =>
        ((long)_time.GetElapsedTime(_start).TotalMilliseconds + (long)Math.Ceiling(delay.TotalMilliseconds) + TickMilliseconds - 1) / TickMilliseconds;

    public int MillisecondsToNext()
    {
        if (_count == 0)
        {
            return -1;
        }

        for (long tick = _tick + 1; tick <= _tick + SlotCount; tick++)
        {
            if (_slots[tick & (SlotCount - 1)] is not null)
            {
                long due = tick * TickMilliseconds;
                long now = (long)_time.GetElapsedTime(_start).TotalMilliseconds;
                return (int)Math.Max(0, due - now);
            }
        }

        return (int)(SlotCount * TickMilliseconds);
    }

    /// <summary>Fires what is due. Runs on the loop.</summary>
    public void Advance()
    {
        if (_count == 0)
        {
            return;
        }

        long now = Now;
        if (now - _tick > SlotCount)
        {
            _tick = now - SlotCount;
        }

        while (_tick < now)
        {
            _tick++;
            FireSlot(now);
        }
    }

    /// <summary>Puts a timer into its slot. Runs on the loop.</summary>
    public void Insert(WheelTimer timer)
    {
        if (_count == 0)
        {
            _tick = Now;
        }

        long tick = Math.Max(timer.DueTick, _tick + 1);
        ref WheelTimer? head = ref _slots[Math.Min(tick, _tick + SlotCount) & (SlotCount - 1)];
        timer.SlotTick = Math.Min(tick, _tick + SlotCount);
        timer.Previous = null;
        timer.Next = head;
        if (head is not null)
        {
            head.Previous = timer;
        }

        head = timer;
        timer.InWheel = true;
        _count++;
    }

    /// <summary>Takes a timer out of its slot. Runs on the loop.</summary>
    public void Remove(WheelTimer timer)
    {
        if (!timer.InWheel)
        {
            return;
        }

        if (timer.Previous is null)
        {
            _slots[timer.SlotTick & (SlotCount - 1)] = timer.Next;
        }
        else
        {
            timer.Previous.Next = timer.Next;
        }

        if (timer.Next is not null)
        {
            timer.Next.Previous = timer.Previous;
        }

        timer.Next = null;
        timer.Previous = null;
        timer.InWheel = false;
        _count--;
    }

    private void FireSlot(long now)
    {
        WheelTimer? timer = _slots[_tick & (SlotCount - 1)];
        while (timer is not null)
        {
            WheelTimer? next = timer.Next;
            if (timer.SlotTick > _tick)
            {
                // put in meanwhile, for the next time round
                timer = next;
                continue;
            }

            Remove(timer);
            long due = timer.DueTick;
            if (due <= now)
            {
                timer.Fire(due);
            }
            else if (due != WheelTimer.Never)
            {
                Insert(timer);
            }

            // firing may have taken the next one out, or to another slot: then begin again at what the slot holds
            timer = next is null || (next.InWheel && (next.SlotTick & (SlotCount - 1)) == (_tick & (SlotCount - 1))) ? next : _slots[_tick & (SlotCount - 1)];
        }
    }
}
