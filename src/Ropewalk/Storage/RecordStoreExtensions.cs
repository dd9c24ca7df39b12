using System.Runtime.CompilerServices;

namespace Ropewalk.Storage;

/// <summary>Adds what every record store can do by its three operations.</summary>
public static class RecordStoreExtensions
{
    // a page of 100 small documents is a few dozen KiB
    private const int Page = 100;

    /// <summary>Goes through a collection page by page, in the order of the keys' bytes. A record that is changed meanwhile is seen before or after its change.</summary>
    public static async IAsyncEnumerable<StoredRecord> ReadAllAsync(
        this IRecordStore store, string collection, string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        string? after = null;
        while (true)
        {
            IReadOnlyList<StoredRecord> page = await store.ListAsync(collection, prefix, after, Page, cancellationToken);
            foreach (StoredRecord record in page)
            {
                yield return record;
                after = record.Key.Key;
            }

            if (page.Count < Page)
            {
                yield break;
            }
        }
    }

    /// <summary>Applies one change.</summary>
    public static ValueTask<RecordOutcome> ApplyAsync(this IRecordStore store, RecordChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.ApplyAsync([change], cancellationToken);
    }
}
