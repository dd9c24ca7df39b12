using System.Numerics;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Finds numbers by the hash of a name: open addressing with linear steps, at most five eighths full. Whoever asks compares the names.</summary>
/// <remarks><b>Shape</b>: each place has the hash's upper half and the number plus one; zero is empty.</remarks>
internal struct NameIndex
{
    private ulong[] _places;
    private int _mask;
    private int _count;

    public NameIndex(NameHash hash, int capacity)
    {
        Hash = hash.NotDefault();
        int size = (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, (capacity * 8L / 5) + 1)), 1u << 30);
        _places = new ulong[size];
        _mask = size - 1;
    }

    public readonly NameHash Hash { get; }

    public readonly long MemoryBytes => _places.LongLength * sizeof(ulong);

    public void Add(ulong hash, int number)
    {
        if (_count >= (_mask + 1L) * 5 / 8)
        {
            Grow();
        }

        _count++;
        Put(hash >> 32, number);
    }

    /// <summary>Begins to look for a hash.</summary>
    public readonly int Begin(ulong hash) => (int)(hash >> 32) & _mask;

    /// <summary>Gives the next number that may be meant, or -1.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="place">From <see cref="Begin"/>; then, where to go on.</param>
    public readonly int Next(ulong hash, ref int place)
    {
        ulong[] places = _places;
        ulong tag = hash >> 32;
        while (true)
        {
            ulong found = places[place];
            place = (place + 1) & _mask;
            if (found == 0)
            {
                return -1;
            }

            if (found >> 32 == tag)
            {
                return (int)(uint)found - 1;
            }
        }
    }

    private readonly void Put(ulong tag, int number)
    {
        int place = (int)tag & _mask;
        while (_places[place] != 0)
        {
            place = (place + 1) & _mask;
        }

        _places[place] = (tag << 32) | ((uint)number + 1);
    }

    private void Grow()
    {
        ulong[] old = _places;
        _places = new ulong[old.Length * 2];
        _mask = _places.Length - 1;
        foreach (ulong place in old)
        {
            if (place != 0)
            {
                Put(place >> 32, (int)(uint)place - 1);
            }
        }
    }
}
