using Ropewalk.Blocking;

namespace Ropewalk.Storage;

/// <summary>Is one open file of a <see cref="DiskFileStore"/>.</summary>
internal sealed class DiskFile : IFileStoreFile
{
    private readonly DiskFileStore _store;
    private readonly string _fullPath;
    private readonly FileStream _stream;
    private readonly AppenderRegister.Entry? _appender;
    private bool _nameIsUnsure;
    private bool _unknown;
    private bool _disposed;
    private long _length;

    public DiskFile(DiskFileStore store, FileStorePath path, string fullPath, FileStream stream, AppenderRegister.Entry? appender, bool nameIsUnsure)
    {
        _store = store;
        _fullPath = fullPath;
        _stream = stream;
        _appender = appender;
        _nameIsUnsure = nameIsUnsure;
        _length = stream.Length;
        Path = path;
    }

    public FileStorePath Path { get; }

    public long LengthBytes => _appender is not null ? _length : RandomAccess.GetLength(_stream.SafeFileHandle);

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return await Guard("read", () => RandomAccess.Read(_stream.SafeFileHandle, buffer.Span, offset), cancellationToken);
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ThrowIfNotWritable("append to");
        await Guard(
            "append to",
            () =>
            {
                _unknown = true; // until it has succeeded, or has taken back what it wrote
                try
                {
                    DiskFiles.WriteAllOrNothing(_stream.SafeFileHandle, bytes.Span, _length);
                }
                finally
                {
                    _unknown = RandomAccess.GetLength(_stream.SafeFileHandle) is var length && length != _length && length != _length + bytes.Length;
                }

                return true;
            },
            cancellationToken);
        _length += bytes.Length;
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfNotWritable("flush");
        await Guard(
            "flush",
            () =>
            {
                _unknown = true; // until it has succeeded: after a failed fsync the pages may be marked clean and never be written
                RandomAccess.FlushToDisk(_stream.SafeFileHandle);
                if (_nameIsUnsure && _appender!.Name is { } name)
                {
                    DiskFiles.FlushFolder(System.IO.Path.GetDirectoryName(name)!);
                }

                _nameIsUnsure = false;
                _unknown = false;
                return true;
            },
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await BlockingWork.RunAsync(_stream.Dispose);
        if (_appender is not null)
        {
            _store.Release(_appender);
        }
    }

    private void ThrowIfNotWritable(string operation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_appender is null)
        {
            throw new InvalidOperationException($"Cannot {operation} '{Path}': it was opened for reading.");
        }

        if (_unknown)
        {
            throw new FileStoreException(Path, operation, FileStoreFailure.Other, "an earlier write or flush failed half-way; open it again and read what it holds");
        }
    }

    private async ValueTask<T> Guard<T>(string operation, Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await BlockingWork.RunAsync(work, cancellationToken);
        }
        catch (Exception e) when (DiskFailure.Is(e))
        {
            throw DiskFailure.Translate(Path, _fullPath, operation, e);
        }
    }
}
