namespace Ropewalk.Storage;

/// <summary>
/// Keeps records in memory: the twin of the store on disk for tests and simulations. Each call completes before it returns, in the order of
/// the calls, so that a simulated run is repeatable. It can be made to fail.
/// </summary>
public sealed class MemoryRecordStore : IRecordStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<RecordKey, StoredRecord> _records = [];
    private long _version;

    /// <summary>Gets or sets how every change fails; null for not at all, which is the default.</summary>
    public RecordStoreFailure? ChangeFailure { get; set; }

    /// <summary>Gets or sets how every read fails; null for not at all, which is the default.</summary>
    public RecordStoreFailure? ReadFailure { get; set; }

    /// <summary>Gets how many records there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _records.Count;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> GetAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Do("read", ReadFailure, () => _records.GetValueOrDefault(key), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRecord>> ListAsync(
        string collection, string prefix = "", string? after = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        RecordLimits.Check(collection, prefix, limit);
        return Do(
            "read",
            ReadFailure,
            () => (IReadOnlyList<StoredRecord>)[.. _records.Values
                .Where(record => record.Key.Collection == collection
                    && record.Key.Key.StartsWith(prefix, StringComparison.Ordinal)
                    && (after is null || RecordKey.CompareKeys(record.Key.Key, after) > 0))
                .Take(limit)],
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<RecordOutcome> ApplyAsync(IReadOnlyList<RecordChange> changes, CancellationToken cancellationToken = default)
    {
        RecordLimits.Check(changes);
        return Do("change", ChangeFailure, () => Apply(changes), cancellationToken);
    }

    private ValueTask<T> Do<T>(string operation, RecordStoreFailure? failure, Func<T> step, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        if (failure is { } reason)
        {
            return ValueTask.FromException<T>(new RecordStoreException(reason, operation, "it was told to fail; nothing of this was stored"));
        }

        lock (_lock)
        {
            return ValueTask.FromResult(step());
        }
    }

    private RecordOutcome Apply(IReadOnlyList<RecordChange> changes)
    {
        foreach (RecordChange change in changes)
        {
            if (!change.Expected.IsMetBy(_records.GetValueOrDefault(change.Key)?.Version))
            {
                return RecordOutcome.Refused(change.Key);
            }
        }

        // one number for the whole store: a record that is deleted and made again cannot be mistaken for the former one
        _version++;
        foreach (RecordChange change in changes)
        {
            if (change.Content is { } content)
            {
                _records[change.Key] = new StoredRecord(change.Key, content.ToArray(), _version);
            }
            else
            {
                _records.Remove(change.Key);
            }
        }

        return RecordOutcome.Applied(_version);
    }
}
