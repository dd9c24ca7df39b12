namespace Ropewalk.Storage;

/// <summary>One change of a batch: a record is put or deleted, if it is as expected.</summary>
public sealed class RecordChange
{
    private RecordChange(RecordKey key, ReadOnlyMemory<byte>? content, RecordExpectation expected)
    {
        ArgumentNullException.ThrowIfNull(key);
        Key = key;
        Content = content;
        Expected = expected;
    }

    /// <summary>Gets which record.</summary>
    public RecordKey Key { get; }

    /// <summary>Gets the new content; null to delete the record.</summary>
    public ReadOnlyMemory<byte>? Content { get; }

    /// <summary>Gets what must be true for the whole batch to be applied.</summary>
    public RecordExpectation Expected { get; }

    /// <summary>Puts a record: makes it, or replaces its content.</summary>
    /// <param name="key">Which one.</param>
    /// <param name="content">At most <see cref="RecordLimits.MaxContentBytes"/>; not to be changed until the batch has completed.</param>
    /// <param name="expected">What must be true.</param>
    public static RecordChange Put(RecordKey key, ReadOnlyMemory<byte> content, RecordExpectation expected = default) => new(key, content, expected);

    /// <summary>Deletes a record. One that does not exist is not deleted, and that is no conflict unless a version was expected.</summary>
    public static RecordChange Delete(RecordKey key, RecordExpectation expected = default) => new(key, null, expected);

    /// <summary>Shows what is done to which record, never the content.</summary>
    public override string ToString() => $"{(Content is { } content ? $"put {content.Length} bytes" : "delete")} {Key} ({Expected})";
}
