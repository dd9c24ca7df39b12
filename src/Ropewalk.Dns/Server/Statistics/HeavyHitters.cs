using System.Runtime.InteropServices;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Finds what comes most often in a stream of keys, in memory that is given once: the Space-Saving sketch of Metwally, Agrawal and El Abbadi (2005).</summary>
/// <remarks>
/// <para><b>Theory.</b> There is a fixed number of counters. A key that has one is counted; one that has none takes the smallest counter over, and its count with it, which is noted as what may be too much.
/// So no count is too small, none is too large by more than all / counters, and whoever has more than that share is in it, whatever else comes: a flood of names that are made up pushes out only each other.</para>
/// <para>Counters are a heap with the smallest on top, and chains by hash to find one. Keys are told apart by 64 bits of a hash with a secret. Nothing is allocated. <b>Call</b>: by one caller at a time.</para>
/// </remarks>
internal sealed class HeavyHitters
{
    private const int NoCounter = 0;

    private readonly int _keyBytes;
    private readonly HeavyHitter[] _counters;
    private readonly byte[] _keys;
    // Counters' numbers, the smallest count first.
    private readonly ushort[] _heap;
    // By hash: a counter's number and one, or none.
    private readonly ushort[] _chains;
    private int _count;

    /// <summary>Makes a sketch.</summary>
    /// <param name="capacity">How many counters there are.</param>
    /// <param name="keyBytes">The longest key.</param>
    public HeavyHitters(int capacity, int keyBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, ushort.MaxValue / 2);
        _keyBytes = keyBytes;
        _counters = new HeavyHitter[capacity];
        _keys = new byte[capacity * keyBytes];
        _heap = new ushort[capacity];
        _chains = new ushort[2 * capacity];
    }

    /// <summary>Gets how many keys have a counter.</summary>
    public int Count => _count;

    /// <summary>Gets how many bytes the sketch has, however many keys come.</summary>
    public long TableBytes => _keys.Length + ((_heap.Length + _chains.Length) * sizeof(ushort)) + (_counters.Length * (long)Marshal.SizeOf<HeavyHitter>());

    /// <summary>Gets the key of a counter. <b>Lifetime</b>: until the next call that changes something.</summary>
    public ReadOnlySpan<byte> this[int counter] => _keys.AsSpan(counter * _keyBytes, _counters[counter].KeyLength);

    /// <summary>Gets the counters that are in use, in no order.</summary>
    public ReadOnlySpan<HeavyHitter> Counters => _counters.AsSpan(0, _count);

    /// <summary>Counts a key.</summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="key">The key, no longer than a key may be.</param>
    /// <param name="weight">How often it came.</param>
    public void Add(ulong hash, ReadOnlySpan<byte> key, long weight)
    {
        int counter = Find(hash);
        if (counter < 0)
        {
            counter = TakeOver(hash, key);
        }

        _counters[counter].Count += weight;
        SiftDown(_counters[counter].HeapAt);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _chains.AsSpan().Clear();
        _count = 0;
    }

    private int Find(ulong hash)
    {
        for (int at = ChainOf(hash); at != NoCounter; at = _counters[at - 1].Next)
        {
            if (_counters[at - 1].Hash == hash)
            {
                return at - 1;
            }
        }

        return -1;
    }

    private int TakeOver(ulong hash, ReadOnlySpan<byte> key)
    {
        int counter;
        if (_count < _counters.Length)
        {
            counter = _count++;
            _counters[counter] = default;
            _heap[counter] = (ushort)counter;
            _counters[counter].HeapAt = (ushort)counter;
            SiftUp(counter);
        }
        else
        {
            counter = _heap[0];
            Unchain(counter);
        }

        ref HeavyHitter taken = ref _counters[counter];
        ref ushort chain = ref ChainOf(hash);
        taken.Hash = hash;
        taken.Excess = taken.Count;
        taken.Next = chain;
        taken.KeyLength = (ushort)key.Length;
        key.CopyTo(_keys.AsSpan(counter * _keyBytes, _keyBytes));
        chain = (ushort)(counter + 1);
        return counter;
    }

    private void Unchain(int counter)
    {
        ref ushort at = ref ChainOf(_counters[counter].Hash);
        while (at != counter + 1)
        {
            at = ref _counters[at - 1].Next;
        }

        at = _counters[counter].Next;
    }

    private ref ushort ChainOf(ulong hash) => ref _chains[(uint)(((hash >> 32) * (ulong)_chains.Length) >> 32)];

    private void SiftUp(int at)
    {
        while (at > 0 && _counters[_heap[at]].Count < _counters[_heap[(at - 1) / 2]].Count)
        {
            Swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void SiftDown(int at)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= _count)
            {
                return;
            }

            if (child + 1 < _count && _counters[_heap[child + 1]].Count < _counters[_heap[child]].Count)
            {
                child++;
            }

            if (_counters[_heap[at]].Count <= _counters[_heap[child]].Count)
            {
                return;
            }

            Swap(at, child);
            at = child;
        }
    }

    private void Swap(int one, int other)
    {
        (_heap[one], _heap[other]) = (_heap[other], _heap[one]);
        _counters[_heap[one]].HeapAt = (ushort)one;
        _counters[_heap[other]].HeapAt = (ushort)other;
    }
}
