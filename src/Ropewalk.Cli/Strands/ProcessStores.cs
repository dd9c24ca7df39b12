using Ropewalk.Storage;
using Ropewalk.Storage.Sqlite;

namespace Ropewalk.Cli.Strands;

/// <summary>Holds the stores of the process: one set of accounts, registrations and files for all services. Opened when the first service asks.</summary>
/// <param name="folder">The folder, or null: everything is in memory.</param>
internal sealed class ProcessStores(string? folder) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<IRecordStore>? _records;
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
    }

    private async Task<IRecordStore> OpenAsync()
    {
        if (folder is null)
        {
            return new MemoryRecordStore();
        }

        Directory.CreateDirectory(folder);
        return await SqliteRecordStore.OpenAsync(Path.Combine(folder, "ropewalk.db"));
    }
}
