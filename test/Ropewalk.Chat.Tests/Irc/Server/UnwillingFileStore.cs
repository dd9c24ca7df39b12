using Ropewalk.Storage;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Is a store whose flushes and renames fail, or whose appends wait, when a test says so.</summary>
internal sealed class UnwillingFileStore(IFileStore store) : IFileStore
{
    private volatile TaskCompletionSource? _gate;
    private volatile int _waited;

    /// <summary>Gets how many appends have had to wait.</summary>
    public int Waited => _waited;

    public bool FailsFlushes { get; set; }

    public bool FailsRenames { get; set; }

    /// <summary>Makes appends wait from here on.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets appends through.</summary>
    public void Release()
    {
        TaskCompletionSource? gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    public async ValueTask<IFileStoreFile> OpenAsync(FileStorePath path, FileStoreMode mode, CancellationToken cancellationToken = default) =>
        new UnwillingFile(this, await store.OpenAsync(path, mode, cancellationToken));

    public ValueTask RenameAsync(FileStorePath from, FileStorePath to, CancellationToken cancellationToken = default) =>
        FailsRenames ? throw new FileStoreException(from, "rename", FileStoreFailure.Other, "the test says so") : store.RenameAsync(from, to, cancellationToken);

    public ValueTask<bool> DeleteAsync(FileStorePath path, CancellationToken cancellationToken = default) => store.DeleteAsync(path, cancellationToken);

    public ValueTask<IReadOnlyList<FileStoreEntry>> ListAsync(FileStorePath folder, CancellationToken cancellationToken = default) => store.ListAsync(folder, cancellationToken);

    private sealed class UnwillingFile(UnwillingFileStore of, IFileStoreFile file) : IFileStoreFile
    {
        public FileStorePath Path => file.Path;

        public long LengthBytes => file.LengthBytes;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default) => file.ReadAsync(offset, buffer, cancellationToken);

        public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
        {
            if (of._gate is { } gate)
            {
                Interlocked.Increment(ref of._waited);
                await gate.Task;
            }

            await file.AppendAsync(bytes, cancellationToken);
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken = default) =>
            of.FailsFlushes ? throw new FileStoreException(Path, "flush", FileStoreFailure.Other, "the test says so") : file.FlushAsync(cancellationToken);

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
