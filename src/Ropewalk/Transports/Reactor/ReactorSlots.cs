namespace Ropewalk.Transports.Reactor;

/// <summary>
/// Maps the token that epoll gives back to the target. A token carries its slot's generation, so that an event which was fetched before a
/// descriptor was closed cannot reach whoever got the slot since.
/// </summary>
internal sealed class ReactorSlots
{
    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new();
    private Slot[] _slots = new Slot[256];
    private int _used;

    public int Count { get; private set; }

    public ulong Add(IReactorTarget target)
    {
        lock (_gate)
        {
            int index = _free.TryPop(out int freed) ? freed : _used++;
            if (index == _slots.Length)
            {
                Slot[] larger = new Slot[_slots.Length * 2];
                _slots.CopyTo(larger, 0);
                Volatile.Write(ref _slots, larger);
            }

            ref Slot slot = ref _slots[index];
            slot.Generation++;
            slot.Target = target;
            Count++;
            return ((ulong)slot.Generation << 32) | (uint)index;
        }
    }

    public void Replace(ulong token, IReactorTarget target)
    {
        lock (_gate)
        {
            _slots[(int)(uint)token].Target = target;
        }
    }

    public void Remove(ulong token)
    {
        lock (_gate)
        {
            ref Slot slot = ref _slots[(int)(uint)token];
            if (slot.Generation == (uint)(token >> 32) && slot.Target is not null)
            {
                slot.Target = null;
                slot.Generation++;
                _free.Push((int)(uint)token);
                Count--;
            }
        }
    }

    /// <summary>Finds the target; called on the loop only, without the gate: a stale read is a stale event, which targets bear.</summary>
    public IReactorTarget? Find(ulong token)
    {
        Slot[] slots = Volatile.Read(ref _slots);
        int index = (int)(uint)token;
        if ((uint)index >= (uint)slots.Length)
        {
            return null;
        }

        ref Slot slot = ref slots[index];
        IReactorTarget? target = slot.Target;
        return slot.Generation == (uint)(token >> 32) ? target : null;
    }

    private struct Slot
    {
        public IReactorTarget? Target;
        public uint Generation;
    }
}
