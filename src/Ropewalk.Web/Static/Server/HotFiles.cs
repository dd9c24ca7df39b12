using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Ropewalk.Web.Static.Server;

/// <summary>Keeps small files in memory within a bound of bytes; the one not asked for the longest goes first, roughly (CLOCK: a hand goes round, and spares who was used since).</summary>
/// <remarks><b>Call</b>: from any thread. Looking up takes no lock.</remarks>
internal sealed class HotFiles
{
    private readonly ConcurrentDictionary<string, HotFile> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HotFile>.AlternateLookup<ReadOnlySpan<char>> _byPath;
    private readonly LinkedList<HotFile> _round = new();
    private readonly Lock _lock = new();
    private readonly long _maxBytes;
    private long _bytes;

    public HotFiles(long maxBytes)
    {
        _maxBytes = maxBytes;
        _byPath = _files.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public long Bytes => Interlocked.Read(ref _bytes);

    public int Count => _files.Count;

    /// <summary>Finds a file by the path of a request, exactly as it came: only the canonical spelling is a key.</summary>
    public bool TryGet(ReadOnlySpan<char> path, [NotNullWhen(true)] out HotFile? file)
    {
        if (!_byPath.TryGetValue(path, out file)) return false;
        if (!file.WasUsed) file.WasUsed = true;   // written once a round, so that the line stays shared between cores
        return true;
    }

    public void Put(HotFile file)
    {
        if (file.CostBytes > _maxBytes) return;
        lock (_lock)
        {
            if (_files.TryGetValue(file.Key, out HotFile? old)) Drop(old);
            _files[file.Key] = file;
            file.Place = _round.AddLast(file);
            _bytes += file.CostBytes;
            while (_bytes > _maxBytes)
            {
                LinkedListNode<HotFile> hand = _round.First!;
                if (hand.Value.WasUsed)
                {
                    hand.Value.WasUsed = false;
                    _round.RemoveFirst();
                    _round.AddLast(hand);
                }
                else
                {
                    Drop(hand.Value);
                }
            }
        }
    }

    public void Remove(HotFile file)
    {
        lock (_lock)
        {
            if (_files.TryGetValue(file.Key, out HotFile? present) && ReferenceEquals(present, file)) Drop(file);
        }
    }

    private void Drop(HotFile file)
    {
        _files.TryRemove(file.Key, out _);
        _round.Remove(file.Place!);
        _bytes -= file.CostBytes;
    }
}
