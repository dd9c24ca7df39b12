namespace Ropewalk.Storage;

/// <summary>Adds the two operations that most users of a file store want: read all, and replace all at once.</summary>
public static class FileStoreExtensions
{
    private static long _temporaries;

    /// <summary>Reads a whole file.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">The most that is taken into memory. Default 16 MiB.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The bytes, or null if there is no such file.</returns>
    /// <exception cref="FileStoreException">It cannot be read, or is longer than <paramref name="mostBytes"/>.</exception>
    public static async ValueTask<byte[]?> ReadAllAsync(
        this IFileStore store, FileStorePath path, int mostBytes = 16 * 1024 * 1024, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        IFileStoreFile file;
        try
        {
            file = await store.OpenAsync(path, FileStoreMode.Read, cancellationToken);
        }
        catch (FileStoreException e) when (e.Failure == FileStoreFailure.NotFound)
        {
            return null;
        }

        await using (file)
        {
            long length = file.LengthBytes;
            if (length > mostBytes)
            {
                throw new FileStoreException(path, "read", FileStoreFailure.Other, $"it has {length} bytes, more than the {mostBytes} that are taken");
            }

            byte[] bytes = new byte[length];
            int read = 0;
            while (read < bytes.Length)
            {
                int count = await file.ReadAsync(read, bytes.AsMemory(read), cancellationToken);
                if (count == 0)
                {
                    throw new FileStoreException(path, "read", FileStoreFailure.Other, "it became shorter while it was read");
                }

                read += count;
            }

            return bytes;
        }
    }

    /// <summary>
    /// Replaces a file's content, or makes the file: written to a temporary file beside it, flushed, renamed. A reader and a power cut find
    /// all of the old content or all of the new; a failure leaves the old. Durable.
    /// </summary>
    public static async ValueTask ReplaceAsync(
        this IFileStore store, FileStorePath path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(path);
        FileStorePath temporary = path.Temporary(Interlocked.Increment(ref _temporaries));
        try
        {
            await using (IFileStoreFile file = await store.OpenAsync(temporary, FileStoreMode.Create, cancellationToken))
            {
                await file.AppendAsync(bytes, cancellationToken);
                await file.FlushAsync(cancellationToken);
            }

            await store.RenameAsync(temporary, path, cancellationToken);
        }
        catch (Exception e)
        {
            await TryDeleteAsync(store, temporary);
            if (e is FileStoreException { Path: var at } failed && at == temporary)
            {
                throw new FileStoreException(path, "replace", failed.Failure, $"{failed.Reason}; what it held before is untouched", failed);
            }

            throw;
        }
    }

    private static async ValueTask TryDeleteAsync(IFileStore store, FileStorePath temporary)
    {
        try
        {
            await store.DeleteAsync(temporary);
        }
        catch (FileStoreException)
        {
            // The first failure is the one that the caller must hear of; the next replacement takes this name again.
        }
    }
}
