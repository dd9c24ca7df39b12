using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Ropewalk.Blocking;

namespace Ropewalk.Storage.Sqlite;

/// <summary>
/// Keeps records in a SQLite file on a local disk. What <see cref="ApplyAsync"/> has acknowledged survives <c>kill -9</c> and a power cut.
/// </summary>
/// <remarks>
/// Everything runs on threads of its own: one writes, and makes durable by one flush whatever came during the last; a few read. Several
/// processes may open one file: each change is checked and made in one transaction, so that none is lost; one that must wait for another
/// longer than <see cref="SqliteRecordStoreOptions.BusyTimeout"/> fails with <see cref="RecordStoreFailure.Busy"/>. Beside the file lie its
/// log (<c>-wal</c>) and an index of it (<c>-shm</c>), which belong to it: a backup is <c>sqlite3 FILE .backup</c>, never a copy of one file.
/// </remarks>
public sealed class SqliteRecordStore : IRecordStore, IAsyncDisposable
{
    private readonly string _path;
    private readonly SqliteRecordStoreOptions _options;
    private readonly SqliteWriter _writer;
    private readonly BlockingPool _readers;
    private readonly ConcurrentBag<SqliteConnection> _free = [];
    private readonly Lock _closing = new();
    private bool _isClosed;

    private SqliteRecordStore(string path, SqliteConnection connection, SqliteRecordStoreOptions options)
    {
        _path = path;
        _options = options;
        _writer = new SqliteWriter(path, connection, options);
        _readers = new BlockingPool("records read", new BlockingPoolOptions { MaxThreads = options.MaxConcurrentReads, MaxQueued = options.MaxWaitingReads });
    }

    /// <summary>Opens a file, or makes it, readable for its owner only.</summary>
    /// <param name="path">The file. Its folder must exist.</param>
    /// <param name="options">Bounds; null for the defaults. Not to be changed afterwards.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RecordStoreException">It cannot be opened, is no store, or one of a newer release. Nothing in it was changed.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are wrong.</exception>
    public static async ValueTask<SqliteRecordStore> OpenAsync(string path, SqliteRecordStoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new SqliteRecordStoreOptions();
        options.Validate();
        string full = Path.GetFullPath(path);
        SqliteConnection connection = await BlockingWork.RunAsync(() => Open(full, options), cancellationToken);
        return new SqliteRecordStore(full, connection, options);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> GetAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ReadAsync(connection => Get(connection, key), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRecord>> ListAsync(
        string collection, string prefix = "", string? after = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        RecordLimits.Check(collection, prefix, limit);
        return ReadAsync(connection => List(connection, collection, prefix, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<RecordOutcome> ApplyAsync(IReadOnlyList<RecordChange> changes, CancellationToken cancellationToken = default)
    {
        RecordLimits.Check(changes);
        cancellationToken.ThrowIfCancellationRequested();
        return await _writer.ApplyAsync([.. changes], cancellationToken);
    }

    /// <summary>Takes nothing more, waits for what was taken, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_closing)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        await _writer.CloseAsync();
        await BlockingWork.RunAsync(() =>
        {
            while (_free.TryTake(out SqliteConnection? connection))
            {
                connection.Dispose();
            }
        });
    }

    /// <summary>Shows the file's path.</summary>
    public override string ToString() => $"records in '{_path}'";

    private static SqliteConnection Open(string path, SqliteRecordStoreOptions options)
    {
        SqliteSchema.MakeFile(path);
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteSchema.Connect(path, options);
            SqliteSchema.Prepare(connection, path);
            return connection;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            if (e is SqliteException sqlite)
            {
                throw SqliteFailure.Translate("open", path, sqlite);
            }

            throw;
        }
    }

    private static StoredRecord? Get(SqliteConnection connection, RecordKey key)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT version, content FROM records WHERE collection = $collection AND key = $key";
        command.Parameters.AddWithValue("$collection", key.Collection);
        command.Parameters.AddWithValue("$key", key.Key);
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? new StoredRecord(key, reader.GetFieldValue<byte[]>(1), reader.GetInt64(0)) : null;
    }

    private static IReadOnlyList<StoredRecord> List(SqliteConnection connection, string collection, string prefix, string? after, int limit)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT key, version, content FROM records WHERE collection = $collection AND key >= $prefix AND key > $after ORDER BY key LIMIT $limit";
        command.Parameters.AddWithValue("$collection", collection);
        command.Parameters.AddWithValue("$prefix", prefix);
        command.Parameters.AddWithValue("$after", after ?? "");
        command.Parameters.AddWithValue("$limit", limit);
        using SqliteDataReader reader = command.ExecuteReader();
        var page = new List<StoredRecord>();
        while (reader.Read() && reader.GetString(0) is var key && key.StartsWith(prefix, StringComparison.Ordinal))
        {
            page.Add(new StoredRecord(RecordKey.Of(collection, key), reader.GetFieldValue<byte[]>(2), reader.GetInt64(1)));
        }

        return page;
    }

    private async ValueTask<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        Task<T> reading;
        try
        {
            reading = _readers.RunAsync(() => Read(read), cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new RecordStoreException(RecordStoreFailure.Overloaded, "read", $"{_options.MaxWaitingReads} reads wait already", e);
        }

        return await reading;
    }

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        ThrowIfClosed();
        SqliteConnection? connection = null;
        bool isGood = false;
        try
        {
            connection = _free.TryTake(out SqliteConnection? free) ? free : SqliteSchema.Connect(_path, _options);
            T result = read(connection);
            isGood = true;
            return result;
        }
        catch (SqliteException e)
        {
            throw SqliteFailure.Translate("read", _path, e);
        }
        finally
        {
            if (connection is not null)
            {
                Return(connection, isGood);
            }
        }
    }

    private void Return(SqliteConnection connection, bool isGood)
    {
        lock (_closing)
        {
            if (isGood && !_isClosed)
            {
                _free.Add(connection);
                return;
            }
        }

        connection.Dispose();
    }

    private void ThrowIfClosed()
    {
        lock (_closing)
        {
            if (_isClosed)
            {
                throw new RecordStoreException(RecordStoreFailure.Closed, "read", "it has been closed");
            }
        }
    }
}
