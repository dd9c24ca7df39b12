namespace Ropewalk.Web.Static.Server;

/// <summary>Holds a file in memory.</summary>
internal sealed class HotFile(string key, Representation representation, byte[] content, long checkedAt)
{
    // the entry, its strings and its place in the table, roughly
    private const int OverheadBytes = 1024;

    private long _checkedAt = checkedAt;

    /// <summary>The canonical path that it answers: the file's own, or its folder's.</summary>
    public string Key { get; } = key;

    public Representation Representation { get; } = representation;

    public ReadOnlyMemory<byte> Content { get; } = content;

    public long CostBytes { get; } = content.Length + OverheadBytes;

    /// <summary>Whether it was asked for since the cache's hand last came by.</summary>
    public bool WasUsed { get; set; }

    /// <summary>Its place in the cache's round, once it has one.</summary>
    public LinkedListNode<HotFile>? Place { get; set; }

    /// <summary>When the disk was last seen to hold the same state.</summary>
    public long CheckedAt
    {
        get => Volatile.Read(ref _checkedAt);
        set => Volatile.Write(ref _checkedAt, value);
    }
}
