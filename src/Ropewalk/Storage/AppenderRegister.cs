namespace Ropewalk.Storage;

/// <summary>Knows which files are open for appending, by their present names: one appender per file.</summary>
internal sealed class AppenderRegister
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _byName = new(StringComparer.Ordinal);

    /// <summary>Takes the right to append to a file.</summary>
    /// <exception cref="FileStoreException">Another has it.</exception>
    public Entry Take(FileStorePath path, string name)
    {
        lock (_lock)
        {
            var entry = new Entry(name);
            return _byName.TryAdd(name, entry)
                ? entry
                : throw new FileStoreException(path, "open", FileStoreFailure.InUse, "it is already open for appending");
        }
    }

    /// <summary>Gives the right back.</summary>
    public void Release(Entry entry)
    {
        lock (_lock)
        {
            if (entry.Name is { } name)
            {
                _byName.Remove(name);
                entry.Name = null;
            }
        }
    }

    /// <summary>Notes that a file has another name now; one that had the name before has none any more.</summary>
    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            Forget(to);
            if (_byName.Remove(from, out Entry? entry))
            {
                entry.Name = to;
                _byName.Add(to, entry);
            }
        }
    }

    /// <summary>Notes that a file has no name any more.</summary>
    public void Delete(string name)
    {
        lock (_lock)
        {
            Forget(name);
        }
    }

    private void Forget(string name)
    {
        if (_byName.Remove(name, out Entry? entry))
        {
            entry.Name = null;
        }
    }

    /// <summary>Is the right to append to one file.</summary>
    public sealed class Entry(string name)
    {
        /// <summary>The file's present name; null if it has none any more.</summary>
        public string? Name { get; set; } = name;
    }
}
