using System.Buffers;
using System.Diagnostics;

namespace Ropewalk.Transports;

/// <summary>
/// The bytes that wait to be sent, in order: blocks that one connection wrote and bytes that many share. One item is held in place; a ring
/// is rented when a second comes and given back when the queue is empty, so that a connection that keeps up holds nothing.
/// </summary>
internal struct OutputQueue
{
    private const int FirstRing = 16;
    private const int MostPooledRing = 1024;
    private const int MostRings = 1024;

    // A burst to one channel gives each member a ring in the same turn, and all come back in the next: more than the shared pool keeps.
    private static readonly ArrayPool<Item> Rings = ArrayPool<Item>.Create(MostPooledRing, MostRings);

    private Item _first;
    private Item[]? _ring;
    private int _ringHead;
    private int _ringCount;

    private long _bytes;

    public readonly long Bytes => Volatile.Read(in _bytes);

    public readonly bool IsEmpty => _first.Owner is null;

    public readonly bool HasOne => _first.Owner is not null && _ringCount == 0;

    public readonly ReadOnlySpan<byte> First => _first.Span;

    public readonly ReadOnlyMemory<byte> FirstMemory => _first.Memory;

    public void Add(Block block) => Add(new Item(block, block.Start, block.End - block.Start));

    public void Add(SharedBytes bytes) => Add(new Item(bytes, 0, bytes.Length));

    /// <summary>Copies from the front as much as fits.</summary>
    public readonly int Gather(Span<byte> target)
    {
        int copied = Copy(_first, target);
        for (int i = 0; i < _ringCount && copied < target.Length; i++)
        {
            copied += Copy(_ring![(_ringHead + i) & (_ring.Length - 1)], target[copied..]);
        }

        return copied;
    }

    /// <summary>Drops sent bytes from the front and gives back what is done with.</summary>
    public void Consume(int count)
    {
        while (count > 0)
        {
            Debug.Assert(_first.Owner is not null, "More consumed than queued.");
            if (count < _first.Length)
            {
                _first = new Item(_first.Owner, _first.Offset + count, _first.Length - count);
                _bytes -= count;
                return;
            }

            count -= _first.Length;
            RemoveFirst();
        }
    }

    public void Clear()
    {
        while (!IsEmpty)
        {
            RemoveFirst();
        }
    }

    private void Add(Item item)
    {
        if (item.Length == 0)
        {
            item.Release();
            return;
        }

        _bytes += item.Length;
        if (_first.Owner is null)
        {
            _first = item;
            return;
        }

        if (_ring is null)
        {
            _ring = Rent(FirstRing);
            _ringHead = 0;
        }
        else if (_ringCount == _ring.Length)
        {
            Grow();
        }

        _ring[(_ringHead + _ringCount++) & (_ring.Length - 1)] = item;
    }

    // ArrayPool lends powers of two, which the masks above rely on.
    private void Grow()
    {
        Item[] larger = Rent(_ring!.Length * 2);
        int tail = _ring.Length - _ringHead;
        Array.Copy(_ring, _ringHead, larger, 0, tail);
        Array.Copy(_ring, 0, larger, tail, _ringHead);
        Return(_ring, clear: true);
        _ring = larger;
        _ringHead = 0;
    }

    private void RemoveFirst()
    {
        _bytes -= _first.Length;
        _first.Release();
        if (_ringCount == 0)
        {
            _first = default;
            return;
        }

        _first = _ring![_ringHead];
        _ring[_ringHead] = default;
        _ringHead = (_ringHead + 1) & (_ring.Length - 1);
        if (--_ringCount == 0)
        {
            Return(_ring, clear: false);
            _ring = null;
        }
    }

    private static Item[] Rent(int length) => length <= MostPooledRing ? Rings.Rent(length) : ArrayPool<Item>.Shared.Rent(length);

    private static void Return(Item[] ring, bool clear) => (ring.Length <= MostPooledRing ? Rings : ArrayPool<Item>.Shared).Return(ring, clear);

    private static int Copy(in Item item, Span<byte> target)
    {
        ReadOnlySpan<byte> span = item.Span;
        if (span.Length > target.Length)
        {
            span = span[..target.Length];
        }

        span.CopyTo(target);
        return span.Length;
    }

    private readonly struct Item(object? owner, int offset, int length)
    {
        public object? Owner { get; } = owner;

        public int Offset { get; } = offset;

        public int Length { get; } = length;

        public ReadOnlySpan<byte> Span => Owner is Block block
            ? block.Array.AsSpan(Offset, Length)
            : ((SharedBytes)Owner!).Span.Slice(Offset, Length);

        public ReadOnlyMemory<byte> Memory => Owner is Block block
            ? block.Array.AsMemory(Offset, Length)
            : ((SharedBytes)Owner!).Memory.Slice(Offset, Length);

        public void Release()
        {
            if (Owner is Block block)
            {
                BlockPool.Return(block);
            }
            else
            {
                ((SharedBytes)Owner!).Release();
            }
        }
    }
}
