using Microsoft.Data.Sqlite;
using Ropewalk.Blocking;

namespace Ropewalk.Storage.Sqlite;

/// <summary>
/// Writes batches, one transaction at a time: whatever has come while the disk was busy is made durable by the next flush together.
/// </summary>
/// <remarks>
/// A batch that fails alone must not take the others of its transaction with it: they are written again one by one. Failures that would meet
/// each of them (a file that is held, read-only or damaged) fail them all at once.
/// </remarks>
internal sealed class SqliteWriter(string path, SqliteConnection connection, SqliteRecordStoreOptions options)
{
    private readonly BlockingPool _pool = new("records", new BlockingPoolOptions { MaxThreads = 1 });
    private readonly Queue<WaitingBatch> _waiting = new();
    private readonly RecordCommands _commands = new(connection);
    private long _waitingBytes;
    private bool _isClosed;
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;

    /// <summary>Puts a batch into the queue.</summary>
    public Task<RecordOutcome> ApplyAsync(IReadOnlyList<RecordChange> changes, CancellationToken cancellationToken)
    {
        var batch = new WaitingBatch(changes);
        lock (_waiting)
        {
            if (_isClosed)
            {
                throw new RecordStoreException(RecordStoreFailure.Closed, "change", "it has been closed; nothing of this change was stored");
            }

            if (_waiting.Count >= options.MaxWaitingBatches || (_waiting.Count > 0 && _waitingBytes + batch.Bytes > options.MaxWaitingBytes))
            {
                throw new RecordStoreException(
                    RecordStoreFailure.Overloaded, "change", $"{_waiting.Count} batches with {_waitingBytes} bytes wait for the disk already; nothing of this change was stored");
            }

            _waiting.Enqueue(batch);
            _waitingBytes += batch.Bytes;
            if (!_isWriting)
            {
                _isWriting = true;
                _writing = _pool.RunAsync(WriteAll, CancellationToken.None);
            }
        }

        batch.CancelWith(cancellationToken);
        return batch.Completion;
    }

    /// <summary>Takes nothing more, writes what waits, and closes the connection.</summary>
    public async Task CloseAsync()
    {
        Task writing;
        lock (_waiting)
        {
            _isClosed = true;
            writing = _writing;
        }

        await writing;
        await _pool.RunAsync(
            () =>
            {
                _commands.Dispose();
                connection.Dispose();
            },
            CancellationToken.None);
    }

    private void WriteAll()
    {
        while (TakeWaiting() is { } group)
        {
            Write(group);
        }
    }

    private List<WaitingBatch>? TakeWaiting()
    {
        lock (_waiting)
        {
            var group = new List<WaitingBatch>();
            while (group.Count < options.MaxBatchesPerCommit && _waiting.TryDequeue(out WaitingBatch? batch))
            {
                _waitingBytes -= batch.Bytes;
                if (batch.TryBegin())
                {
                    group.Add(batch);
                }
            }

            _isWriting = group.Count > 0 || _waiting.Count > 0;
            return _isWriting ? group : null;
        }
    }

    private void Write(List<WaitingBatch> group)
    {
        if (group.Count == 0)
        {
            return;
        }

        RecordOutcome[] outcomes;
        try
        {
            outcomes = Commit(group);
        }
        catch (Exception e)
        {
            // owns the end of each batch: whatever happened, its caller must hear of it
            RollBack();
            Exception failure = e is SqliteException sqlite ? SqliteFailure.Translate("change", path, sqlite) : e;
            if (group.Count > 1 && failure is not RecordStoreException { Failure: RecordStoreFailure.Busy or RecordStoreFailure.ReadOnly or RecordStoreFailure.Corrupt })
            {
                group.ForEach(batch => Write([batch]));
                return;
            }

            group.ForEach(batch => batch.Fail(failure));
            return;
        }

        for (int i = 0; i < outcomes.Length; i++)
        {
            group[i].Complete(outcomes[i]);
        }
    }

    private RecordOutcome[] Commit(List<WaitingBatch> group)
    {
        _commands.Begin();
        long version = _commands.ReadVersion();
        long before = version;
        var outcomes = new RecordOutcome[group.Count];
        for (int i = 0; i < outcomes.Length; i++)
        {
            IReadOnlyList<RecordChange> changes = group[i].Changes;
            RecordChange? refused = changes.FirstOrDefault(change => !change.Expected.IsMetBy(_commands.ReadVersion(change.Key)));
            if (refused is not null)
            {
                outcomes[i] = RecordOutcome.Refused(refused.Key);
                continue;
            }

            version++;
            foreach (RecordChange change in changes)
            {
                _commands.Write(change, version);
            }

            outcomes[i] = RecordOutcome.Applied(version);
        }

        if (version > before)
        {
            _commands.WriteVersion(version);
        }

        _commands.Commit();
        return outcomes;
    }

    private void RollBack()
    {
        try
        {
            SqliteSchema.Execute(connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does for a full disk
        }
    }
}
