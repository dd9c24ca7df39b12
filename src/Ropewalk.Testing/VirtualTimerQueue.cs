namespace Ropewalk.Testing;

/// <summary>Holds the armed timers of a <see cref="VirtualTime"/>, the next one first: a binary heap in which each timer knows its place.</summary>
internal sealed class VirtualTimerQueue
{
    private VirtualTimer[] _timers = new VirtualTimer[16];

    public int Count { get; private set; }

    public VirtualTimer? First => Count == 0 ? null : _timers[0];

    public void Add(VirtualTimer timer)
    {
        if (Count == _timers.Length)
        {
            Array.Resize(ref _timers, Count * 2);
        }

        Put(Count++, timer);
        Rise(timer);
    }

    /// <summary>Takes a timer out, if it is in.</summary>
    public void Remove(VirtualTimer timer)
    {
        int place = timer.Place;
        if (place < 0)
        {
            return;
        }

        VirtualTimer last = _timers[--Count];
        _timers[Count] = null!;
        timer.Place = -1;
        if (last != timer)
        {
            Put(place, last);
            Sink(last);
            Rise(last);
        }
    }

    private void Rise(VirtualTimer timer)
    {
        int place = timer.Place;
        while (place > 0 && IsBefore(timer, _timers[(place - 1) / 2]))
        {
            Put(place, _timers[(place - 1) / 2]);
            place = (place - 1) / 2;
        }

        Put(place, timer);
    }

    private void Sink(VirtualTimer timer)
    {
        int place = timer.Place;
        while ((place * 2) + 1 < Count)
        {
            int child = (place * 2) + 1;
            child += child + 1 < Count && IsBefore(_timers[child + 1], _timers[child]) ? 1 : 0;
            if (!IsBefore(_timers[child], timer))
            {
                break;
            }

            Put(place, _timers[child]);
            place = child;
        }

        Put(place, timer);
    }

    private void Put(int place, VirtualTimer timer)
    {
        _timers[place] = timer;
        timer.Place = place;
    }

    private static bool IsBefore(VirtualTimer one, VirtualTimer other) =>
        one.DueTicks != other.DueTicks ? one.DueTicks < other.DueTicks : one.Order < other.Order;
}
