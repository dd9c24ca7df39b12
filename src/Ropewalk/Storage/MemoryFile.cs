namespace Ropewalk.Storage;

/// <summary>Is one open file of a <see cref="MemoryFileStore"/>.</summary>
internal sealed class MemoryFile(
    MemoryFileStore store, FileStorePath path, MemoryFileContent content, AppenderRegister.Entry? appender, int epoch) : IFileStoreFile
{
    private bool _disposed;

    public FileStorePath Path => path;

    /// <summary>Which life of the store it belongs to: a power cut begins the next.</summary>
    public int Epoch => epoch;

    public long LengthBytes => content.Length;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return store.Do(
            () =>
            {
                store.ThrowIfUnusable(this, "read");
                return content.Read(offset, buffer.Span);
            },
            cancellationToken);
    }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
        => Change("append to", () => store.Append(this, content, bytes.Span), cancellationToken);

    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
        => Change("flush", () => store.Flush(this, content), cancellationToken);

    public ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            if (appender is not null)
            {
                store.Release(appender);
            }
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask Change(string operation, Action change, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (appender is null)
        {
            throw new InvalidOperationException($"Cannot {operation} '{path}': it was opened for reading.");
        }

        ValueTask<bool> done = store.Do(
            () =>
            {
                change();
                return true;
            },
            cancellationToken);
        return done.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(done.AsTask());
    }
}
