namespace Ropewalk.Transports;

/// <summary>
/// Lends blocks of two sizes. Each thread keeps a few at hand; the rest are shared, up to a bound above which a returned block is left to
/// the collector, so that a burst does not hold memory for ever.
/// </summary>
internal static class BlockPool
{
    private const int KeptPerThread = 16;

    /// <summary>8 MiB of small blocks and 8 MiB of large ones stay after a burst.</summary>
    private static readonly SharedStack SmallBlocks = new(2048);
    private static readonly SharedStack LargeBlocks = new(128);

    [ThreadStatic]
    private static ThreadStack? _small;

    [ThreadStatic]
    private static ThreadStack? _large;

    [ThreadStatic]
    private static long _lent;

    /// <summary>Gets how many blocks this thread has lent more than it has taken back: what is lent at the end of a run on one thread is leaked.</summary>
    public static long LentByThisThread => _lent;

    public static Block Rent(bool large)
    {
        _lent++;
        return large
            ? (_large ??= new ThreadStack(4)).TryPop() ?? LargeBlocks.TryPop() ?? new Block(Block.LargeBytes)
            : (_small ??= new ThreadStack(KeptPerThread)).TryPop() ?? SmallBlocks.TryPop() ?? new Block(Block.SmallBytes);
    }

    /// <summary>Rents a block with room for at least <paramref name="sizeHint"/> bytes; one over the large size is not pooled.</summary>
    public static Block RentFor(int sizeHint, bool large)
    {
        if (sizeHint <= Block.LargeBytes)
        {
            return Rent(large || sizeHint > Block.SmallBytes);
        }

        _lent++;
        return new Block(sizeHint);
    }

    public static void Return(Block block)
    {
        _lent--;
        block.Reset();
        switch (block.Array.Length)
        {
            case Block.SmallBytes:
                if (!(_small ??= new ThreadStack(KeptPerThread)).TryPush(block))
                {
                    SmallBlocks.Push(block);
                }

                break;
            case Block.LargeBytes:
                if (!(_large ??= new ThreadStack(4)).TryPush(block))
                {
                    LargeBlocks.Push(block);
                }

                break;
            default:
                break;
        }
    }

    private sealed class ThreadStack(int capacity)
    {
        private readonly Block?[] _blocks = new Block?[capacity];
        private int _count;

        public Block? TryPop() => _count == 0 ? null : _blocks[--_count];

        public bool TryPush(Block block)
        {
            if (_count == _blocks.Length)
            {
                return false;
            }

            _blocks[_count++] = block;
            return true;
        }
    }

    private sealed class SharedStack(int capacity)
    {
        private readonly Stack<Block> _blocks = new();

        public Block? TryPop()
        {
            lock (_blocks)
            {
                return _blocks.TryPop(out Block? block) ? block : null;
            }
        }

        public void Push(Block block)
        {
            lock (_blocks)
            {
                if (_blocks.Count < capacity)
                {
                    _blocks.Push(block);
                }
            }
        }
    }
}
