using Ropewalk.Storage;

namespace Ropewalk.Dns.Server;

/// <summary>Is a store that tells of each file before it is opened.</summary>
internal sealed class ToldFileStore(IFileStore inner, Func<FileStorePath, ValueTask> tell) : IFileStore
{
    /// <inheritdoc/>
    public async ValueTask<IFileStoreFile> OpenAsync(FileStorePath path, FileStoreMode mode, CancellationToken cancellationToken = default)
    {
        await tell(path);
        return await inner.OpenAsync(path, mode, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask RenameAsync(FileStorePath from, FileStorePath to, CancellationToken cancellationToken = default) => inner.RenameAsync(from, to, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(FileStorePath path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<FileStoreEntry>> ListAsync(FileStorePath folder, CancellationToken cancellationToken = default) => inner.ListAsync(folder, cancellationToken);
}
