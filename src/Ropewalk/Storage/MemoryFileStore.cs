namespace Ropewalk.Storage;

/// <summary>
/// Keeps files in memory: the twin of <see cref="DiskFileStore"/> for tests and simulations. It can be full, it can refuse to be written
/// to, and it can lose its power: then only what was made durable is left.
/// </summary>
public sealed class MemoryFileStore : IFileStore
{
    private readonly Lock _lock = new();
    private readonly AppenderRegister _appenders = new();
    private SortedDictionary<FileStorePath, MemoryFileContent> _files = [];
    private Dictionary<FileStorePath, MemoryFileContent> _durableNames = [];
    private int _epoch;

    /// <summary>Gets or sets the most bytes that all files together may hold. Default: no limit. An append over it fails as on a full disk.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Gets or sets whether every change fails as on a file system that is mounted read-only. Default false.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Gets the bytes that all files hold.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_lock)
            {
                return Used();
            }
        }
    }

    /// <summary>
    /// Does what a power cut does: bytes that were not flushed are gone, files that were never flushed too, and whatever was open is dead.
    /// </summary>
    public void CutPower()
    {
        lock (_lock)
        {
            _epoch++;
            _files = new SortedDictionary<FileStorePath, MemoryFileContent>(_durableNames.ToDictionary(file => file.Key, file => file.Value.Survivor()));
            _durableNames = new Dictionary<FileStorePath, MemoryFileContent>(_files);
        }
    }

    /// <summary>Does what the end of all processes does: whatever was open is dead, and nothing is lost.</summary>
    internal void CloseAll()
    {
        lock (_lock)
        {
            _epoch++;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IFileStoreFile> OpenAsync(FileStorePath path, FileStoreMode mode, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Do(() => (IFileStoreFile)Open(path, mode), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask RenameAsync(FileStorePath from, FileStorePath to, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ValueTask<bool> done = Do(() => Rename(from, to), cancellationToken);
        return done.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(done.AsTask());
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(FileStorePath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Do(() => Delete(path), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<FileStoreEntry>> ListAsync(FileStorePath folder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Do(() => List(folder), cancellationToken);
    }

    /// <summary>Runs one step of the store under its lock; a failure comes as the task's, never from the call itself.</summary>
    internal ValueTask<T> Do<T>(Func<T> step, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        try
        {
            lock (_lock)
            {
                return ValueTask.FromResult(step());
            }
        }
        catch (Exception e) when (e is FileStoreException or InvalidOperationException)
        {
            return ValueTask.FromException<T>(e);
        }
    }

    /// <summary>Appends for an open file, if there is room.</summary>
    internal void Append(MemoryFile file, MemoryFileContent content, ReadOnlySpan<byte> bytes)
    {
        ThrowIfUnusable(file, "append to");
        if (bytes.Length > CapacityBytes - Used())
        {
            throw new FileStoreException(file.Path, "append to", FileStoreFailure.Full, "no space is left on the disk");
        }

        content.Append(bytes);
    }

    /// <summary>Makes an open file's bytes and its present name durable.</summary>
    internal void Flush(MemoryFile file, MemoryFileContent content)
    {
        ThrowIfUnusable(file, "flush");
        content.Flush();
        foreach ((FileStorePath name, MemoryFileContent named) in _files)
        {
            if (named == content)
            {
                _durableNames[name] = content;
            }
        }
    }

    /// <summary>Refuses an operation on a file that a power cut has closed, or that a read-only store does not take.</summary>
    internal void ThrowIfUnusable(MemoryFile file, string operation)
    {
        if (file.Epoch != _epoch)
        {
            throw new FileStoreException(file.Path, operation, FileStoreFailure.Other, "it was open when the power was cut, or its process ended");
        }

        if (operation != "read")
        {
            ThrowIfReadOnly(file.Path, operation);
        }
    }

    /// <summary>Lets go of the right to append.</summary>
    internal void Release(AppenderRegister.Entry appender) => _appenders.Release(appender);

    private MemoryFile Open(FileStorePath path, FileStoreMode mode)
    {
        ThrowIfFolder(path, "open");
        bool exists = _files.TryGetValue(path, out MemoryFileContent? content);
        if (mode == FileStoreMode.Read)
        {
            return exists
                ? new MemoryFile(this, path, content!, null, _epoch)
                : throw new FileStoreException(path, "open", FileStoreFailure.NotFound, "there is no such file");
        }

        ThrowIfReadOnly(path, "open");
        ThrowIfBehindFile(path, "open");
        AppenderRegister.Entry appender = _appenders.Take(path, $"{_epoch}:{path}");
        if (!exists)
        {
            _files[path] = content = new MemoryFileContent();
        }
        else if (mode == FileStoreMode.Create)
        {
            content!.Clear();
        }

        return new MemoryFile(this, path, content!, appender, _epoch);
    }

    private bool Rename(FileStorePath from, FileStorePath to)
    {
        ThrowIfFolder(from, "rename");
        if (!_files.TryGetValue(from, out MemoryFileContent? content))
        {
            throw new FileStoreException(from, "rename", FileStoreFailure.NotFound, "there is no such file");
        }

        ThrowIfReadOnly(to, "rename to");
        ThrowIfFolder(to, "rename to");
        ThrowIfBehindFile(to, "rename to");
        if (from != to)
        {
            _files.Remove(from);
            _files[to] = content;
            _durableNames.Remove(from);
            _appenders.Rename($"{_epoch}:{from}", $"{_epoch}:{to}");
        }

        _durableNames[to] = content;
        return true;
    }

    private bool Delete(FileStorePath path)
    {
        ThrowIfFolder(path, "delete");
        if (!_files.ContainsKey(path))
        {
            return false;
        }

        ThrowIfReadOnly(path, "delete");
        _files.Remove(path);
        _durableNames.Remove(path);
        _appenders.Delete($"{_epoch}:{path}");
        return true;
    }

    private IReadOnlyList<FileStoreEntry> List(FileStorePath folder)
    {
        if (_files.ContainsKey(folder))
        {
            throw new FileStoreException(folder, "list", FileStoreFailure.WrongKind, "it is a file");
        }

        string prefix = folder.IsRoot ? "" : folder + "/";
        var entries = new SortedDictionary<FileStorePath, FileStoreEntry>();
        foreach ((FileStorePath path, MemoryFileContent content) in _files)
        {
            string text = path.ToString();
            if (path.IsTemporary || !text.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            int slash = text.IndexOf('/', prefix.Length);
            FileStorePath child = slash < 0 ? path : FileStorePath.Parse(text[..slash]);
            entries[child] = new FileStoreEntry(child, slash >= 0, slash < 0 ? content.Length : 0);
        }

        return [.. entries.Values];
    }

    private long Used() => _files.Values.Sum(content => (long)content.Length);

    private void ThrowIfReadOnly(FileStorePath path, string operation)
    {
        if (IsReadOnly)
        {
            throw new FileStoreException(path, operation, FileStoreFailure.AccessDenied, "the file system is read-only");
        }
    }

    private void ThrowIfFolder(FileStorePath path, string operation)
    {
        if (path.IsRoot)
        {
            throw new FileStoreException(path, operation, FileStoreFailure.WrongKind, "it is the store's top folder");
        }

        string prefix = path + "/";
        if (_files.Keys.Any(file => file.ToString().StartsWith(prefix, StringComparison.Ordinal)))
        {
            throw new FileStoreException(path, operation, FileStoreFailure.WrongKind, "it is a folder");
        }
    }

    private void ThrowIfBehindFile(FileStorePath path, string operation)
    {
        for (FileStorePath folder = path.Parent; !folder.IsRoot; folder = folder.Parent)
        {
            if (_files.ContainsKey(folder))
            {
                throw new FileStoreException(path, operation, FileStoreFailure.WrongKind, "a file stands where a folder of its path must be");
            }
        }
    }
}
