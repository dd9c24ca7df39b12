using Microsoft.Extensions.Options;

namespace Ropewalk.Storage.Sqlite;

/// <summary>Bounds a record store on SQLite.</summary>
public sealed class SqliteRecordStoreOptions
{
    /// <summary>Gets or sets the most batches that may wait to be written. Default 1,024: four flushes of 256.</summary>
    public int MaxWaitingBatches { get; set; } = 1024;

    /// <summary>Gets or sets the most bytes that may wait to be written. Default 64 MiB. A batch that comes when nothing waits is taken whatever its size.</summary>
    public long MaxWaitingBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Gets or sets the most batches that one flush makes durable. Default 256.</summary>
    public int MaxBatchesPerCommit { get; set; } = 256;

    /// <summary>Gets or sets how many reads run at once, each on a thread and a connection of its own. Default 2.</summary>
    public int MaxConcurrentReads { get; set; } = 2;

    /// <summary>Gets or sets the most reads that may wait. Default 1,024.</summary>
    public int MaxWaitingReads { get; set; } = 1024;

    /// <summary>Gets or sets how long to wait for another process that holds the file. Default 5 s (Python's sqlite3).</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the most bytes of the file; 0 for as many as the disk has, which is the default. Rounded up to pages of 4 KiB.</summary>
    public long MaxFileBytes { get; set; }

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        foreach ((string name, long value, long least) in ((string, long, long)[])
            [
                (nameof(MaxWaitingBatches), MaxWaitingBatches, 1),
                (nameof(MaxWaitingBytes), MaxWaitingBytes, 1),
                (nameof(MaxBatchesPerCommit), MaxBatchesPerCommit, 1),
                (nameof(MaxConcurrentReads), MaxConcurrentReads, 1),
                (nameof(MaxWaitingReads), MaxWaitingReads, 1),
                (nameof(MaxFileBytes), MaxFileBytes, 0),
            ])
        {
            if (value < least)
            {
                errors.Add($"{name}: allowed is {least} and more.");
            }
        }

        if (BusyTimeout <= TimeSpan.Zero || BusyTimeout > TimeSpan.FromMinutes(10))
        {
            errors.Add("BusyTimeout: allowed is more than 0 and up to 10 minutes.");
        }

        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(SqliteRecordStoreOptions), typeof(SqliteRecordStoreOptions), errors);
        }
    }
}
