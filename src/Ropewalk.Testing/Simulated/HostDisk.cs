using Ropewalk.Storage;

namespace Ropewalk.Testing.Simulated;

/// <summary>Is a host's disk as one life of it sees it: when that life ends, no operation of it ever completes again.</summary>
internal sealed class HostDisk(SimHost host, HostLife life, MemoryFileStore disk) : IFileStore
{
    public async ValueTask<IFileStoreFile> OpenAsync(FileStorePath path, FileStoreMode mode, CancellationToken cancellationToken = default)
    {
        await LiveAsync();
        return new HostFile(this, await disk.OpenAsync(path, mode, cancellationToken));
    }

    public async ValueTask RenameAsync(FileStorePath from, FileStorePath to, CancellationToken cancellationToken = default)
    {
        await FlushTimeAsync(cancellationToken);
        await disk.RenameAsync(from, to, cancellationToken);
    }

    public async ValueTask<bool> DeleteAsync(FileStorePath path, CancellationToken cancellationToken = default)
    {
        await FlushTimeAsync(cancellationToken);
        return await disk.DeleteAsync(path, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<FileStoreEntry>> ListAsync(FileStorePath folder, CancellationToken cancellationToken = default)
    {
        await LiveAsync();
        return await disk.ListAsync(folder, cancellationToken);
    }

    private ValueTask LiveAsync() => life.LiveAsync();

    private async ValueTask FlushTimeAsync(CancellationToken cancellationToken)
    {
        await LiveAsync();
        await Task.Delay(host.FlushTime, life.Clock, cancellationToken);
    }

    private sealed class HostFile(HostDisk on, IFileStoreFile file) : IFileStoreFile
    {
        public FileStorePath Path => file.Path;

        public long LengthBytes => file.LengthBytes;

        public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await on.LiveAsync();
            return await file.ReadAsync(offset, buffer, cancellationToken);
        }

        public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
        {
            await on.LiveAsync();
            await file.AppendAsync(bytes, cancellationToken);
        }

        public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
        {
            await on.FlushTimeAsync(cancellationToken);
            await file.FlushAsync(cancellationToken);
        }

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
