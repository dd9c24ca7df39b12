namespace Ropewalk.Storage;

/// <summary>Tells how a batch ended: applied whole, or not at all because a record was not as expected.</summary>
public readonly record struct RecordOutcome
{
    private RecordOutcome(long version, RecordKey? conflict)
    {
        Version = version;
        Conflict = conflict;
    }

    /// <summary>Gets whether everything was applied, and is durable.</summary>
    public bool IsApplied => Conflict is null;

    /// <summary>Gets the version that each record put by the batch has now; 0 if nothing was applied.</summary>
    public long Version { get; }

    /// <summary>Gets the first record of the batch that was not as expected; null if all were applied.</summary>
    public RecordKey? Conflict { get; }

    /// <summary>Makes the outcome of a batch that was applied.</summary>
    public static RecordOutcome Applied(long version) => new(version, null);

    /// <summary>Makes the outcome of a batch that was not applied.</summary>
    public static RecordOutcome Refused(RecordKey conflict)
    {
        ArgumentNullException.ThrowIfNull(conflict);
        return new(0, conflict);
    }
}
