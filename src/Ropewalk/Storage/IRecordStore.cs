namespace Ropewalk.Storage;

/// <summary>
/// Keeps small documents durably, by collection and key: accounts, registrations, subscriptions. <c>SqliteRecordStore</c> in
/// <c>Ropewalk.Storage</c> is the real one, <see cref="MemoryRecordStore"/> its twin in memory.
/// </summary>
/// <remarks>
/// What <see cref="ApplyAsync"/> has acknowledged survives the process's sudden end and a power cut, and every read that begins later sees
/// it. <b>Call</b>: from any thread. Failures are <see cref="RecordStoreException"/>s and change nothing; a record that is not as expected
/// is an outcome, not a failure.
/// </remarks>
public interface IRecordStore
{
    /// <summary>Reads a record.</summary>
    /// <returns>Null if there is none.</returns>
    ValueTask<StoredRecord?> GetAsync(RecordKey key, CancellationToken cancellationToken = default);

    /// <summary>Lists a page of a collection's records, sorted by the bytes of their keys.</summary>
    /// <param name="collection">Which collection; one that was never used is empty.</param>
    /// <param name="prefix">What the keys begin with; empty for all.</param>
    /// <param name="after">The key of the last record of the page before; null for the first page.</param>
    /// <param name="limit">The most records, 1 to <see cref="RecordLimits.MaxPage"/>. A page with fewer is the last one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<StoredRecord>> ListAsync(
        string collection, string prefix = "", string? after = null, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>Applies all changes of a batch or none, and completes when they are durable.</summary>
    /// <param name="changes">1 to <see cref="RecordLimits.MaxChanges"/>, each for another record.</param>
    /// <param name="cancellationToken">
    /// Keeps a batch that has not begun from beginning. One that has begun is applied although its caller no longer hears of it.
    /// </param>
    ValueTask<RecordOutcome> ApplyAsync(IReadOnlyList<RecordChange> changes, CancellationToken cancellationToken = default);
}
