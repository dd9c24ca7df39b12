namespace Ropewalk.Storage;

/// <summary>
/// Keeps files durably: the only way by which the engine and the strands store anything. The real one is <see cref="DiskFileStore"/>, its
/// twin in memory <see cref="MemoryFileStore"/>; a simulation brings its own.
/// </summary>
/// <remarks>
/// A folder exists while it holds a file: it is made with its first file and goes with its last. What is said to be durable survives a
/// power cut once the call has completed. <b>Call</b>: from any thread. Failures are <see cref="FileStoreException"/>s and change nothing.
/// </remarks>
public interface IFileStore
{
    /// <summary>Opens a file. A file that is made here is durable, its name included, after its first <see cref="IFileStoreFile.FlushAsync"/>.</summary>
    ValueTask<IFileStoreFile> OpenAsync(FileStorePath path, FileStoreMode mode, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives a file another name, at once for every reader, and replaces a file that has it. Durable. What is open stays open and belongs to
    /// the same bytes as before. Flush the file first: a rename does not make its bytes durable.
    /// </summary>
    ValueTask RenameAsync(FileStorePath from, FileStorePath to, CancellationToken cancellationToken = default);

    /// <summary>Deletes a file. Durable. Who has it open can go on reading.</summary>
    /// <returns>False if there was no such file.</returns>
    ValueTask<bool> DeleteAsync(FileStorePath path, CancellationToken cancellationToken = default);

    /// <summary>Lists a folder's files and folders, sorted by path. A folder that does not exist is empty.</summary>
    ValueTask<IReadOnlyList<FileStoreEntry>> ListAsync(FileStorePath folder, CancellationToken cancellationToken = default);
}
