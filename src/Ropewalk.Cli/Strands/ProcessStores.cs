using Ropewalk.Storage;
using Ropewalk.Storage.Sqlite;

namespace Ropewalk.Cli.Strands;

/// <summary>Holds the stores of the process: one set of accounts, registrations and files for all services. Opened when the first service asks.</summary>
/// <param name="folder">The folder, or null: everything is in memory.</param>
internal sealed class ProcessStores(string? folder) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<IRecordStore>? _records;
    private FileStream? _ownership;
    private IFileStore? _files;

    /// <summary>Gets the files; null where nothing outlasts the process.</summary>
    public IFileStore? Files
    {
        get
        {
            lock (_gate)
            {
                return folder is null ? null : _files ??= new DiskFileStore(folder);
            }
        }
    }

    /// <summary>Gets the records.</summary>
    /// <exception cref="RecordStoreException">They cannot be opened.</exception>
    public Task<IRecordStore> GetRecordsAsync()
    {
        lock (_gate)
        {
            // What failed is tried again: a reload after the folder was mended finds it.
            return _records = _records is null or { IsFaulted: true } or { IsCanceled: true } ? OpenAsync() : _records;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_records is { IsCompletedSuccessfully: true } records && await records is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        _ownership?.Dispose();
    }

    private async Task<IRecordStore> OpenAsync()
    {
        if (folder is null)
        {
            return new MemoryRecordStore();
        }

        _ownership ??= TakeOwnership(folder);
        return await SqliteRecordStore.OpenAsync(Path.Combine(folder, "ropewalk.db"));
    }

    // Two processes would each hold channels and histories of their own, and one would forget what the other has told.
    private static FileStream TakeOwnership(string folder)
    {
        string path = Path.Combine(folder, "ropewalk.lock");
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new RecordStoreException(RecordStoreFailure.ReadOnly, "open", $"the folder '{folder}' cannot be written", exception);
        }
        catch (IOException) when (File.Exists(folder))
        {
            throw new RecordStoreException(RecordStoreFailure.Other, "open", $"'{folder}' is a file, and storage is a folder");
        }
        catch (IOException exception) when (File.Exists(path) && exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new RecordStoreException(RecordStoreFailure.Busy, "open", $"another process uses the folder '{folder}'", exception);
        }
        catch (IOException exception)
        {
            throw new RecordStoreException(RecordStoreFailure.Other, "open", $"the folder '{folder}' cannot be made: {exception.Message}", exception);
        }
    }
}
