namespace Ropewalk.Storage;

/// <summary>Names the bounds that hold in every record store.</summary>
public static class RecordLimits
{
    /// <summary>The most bytes of one record: 1 MiB. Small documents are meant; DynamoDB takes 400 KiB, etcd 1.5 MiB.</summary>
    public const int MaxContentBytes = 1024 * 1024;

    /// <summary>The most changes of one batch: 100 (DynamoDB's transactions).</summary>
    public const int MaxChanges = 100;

    /// <summary>The most records of one page: 1,000 (S3's listings).</summary>
    public const int MaxPage = 1000;

    /// <summary>Refuses a batch that the caller may not ask for.</summary>
    /// <exception cref="ArgumentException">It is empty or too long, names a record twice, or holds one that is too big.</exception>
    public static void Check(IReadOnlyList<RecordChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Count is < 1 or > MaxChanges)
        {
            throw new ArgumentException($"A batch has 1 to {MaxChanges} changes, not {changes.Count}.", nameof(changes));
        }

        var keys = new HashSet<RecordKey>(changes.Count);
        foreach (RecordChange change in changes)
        {
            ArgumentNullException.ThrowIfNull(change, nameof(changes));
            if (!keys.Add(change.Key))
            {
                throw new ArgumentException($"A batch changes a record once; it names {change.Key} twice.", nameof(changes));
            }

            if (change.Content?.Length > MaxContentBytes)
            {
                throw new ArgumentException($"A record has at most {MaxContentBytes} bytes; {change.Key} would have {change.Content.Value.Length}.", nameof(changes));
            }
        }
    }

    /// <summary>Refuses a page that the caller may not ask for.</summary>
    /// <exception cref="ArgumentException">The collection's name is not well-formed, or the page is empty or too long.</exception>
    public static void Check(string collection, string prefix, int limit)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(prefix);
        if (RecordKey.FindCollectionFault(collection) is { } fault)
        {
            throw new ArgumentException($"Not a collection: {fault}.", nameof(collection));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxPage);
    }
}
