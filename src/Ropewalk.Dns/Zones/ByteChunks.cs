namespace Ropewalk.Dns.Zones;

/// <summary>Keeps bytes that only grow, without copying what is there: a piece never crosses from one chunk to the next.</summary>
internal sealed class ByteChunks
{
    private const int ChunkShift = 22;
    private const int ChunkBytes = 1 << ChunkShift;

    private readonly List<byte[]> _chunks = [];
    private int _used;
    private int _size;

    /// <summary>Gets how many bytes have been kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>Keeps a piece of at most 64 KiB, and says where.</summary>
    public int Add(scoped ReadOnlySpan<byte> piece)
    {
        // Nothing is kept nowhere: there may be no chunk yet, or no place behind the last byte of one.
        if (piece.IsEmpty)
        {
            return 0;
        }

        if (_used + piece.Length > _size)
        {
            // Small zones are many: as much again as there is, up to a whole chunk.
            _size = (int)Math.Clamp(Bytes, ushort.MaxValue + 1, ChunkBytes);
            _chunks.Add(GC.AllocateUninitializedArray<byte>(_size));
            _used = 0;
        }

        int at = ((_chunks.Count - 1) << ChunkShift) | _used;
        piece.CopyTo(_chunks[^1].AsSpan(_used));
        _used += piece.Length;
        Bytes += piece.Length;
        return at;
    }

    public ReadOnlySpan<byte> Get(int at, int length) => length == 0 ? default : _chunks[at >> ChunkShift].AsSpan(at & (ChunkBytes - 1), length);
}
