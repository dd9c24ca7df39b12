namespace Ropewalk.Storage;

/// <summary>Says what must be true of a record for a change to be applied.</summary>
public readonly record struct RecordExpectation
{
    private readonly long _required;

    private RecordExpectation(long required) => _required = required;

    /// <summary>Gets the expectation that everything meets.</summary>
    public static RecordExpectation Any => default;

    /// <summary>Gets the expectation that there is no such record.</summary>
    public static RecordExpectation Absent => new(-1);

    /// <summary>Expects the record at a version.</summary>
    /// <param name="version">As <see cref="StoredRecord.Version"/> told it: 1 or more.</param>
    public static RecordExpectation Version(long version)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        return new RecordExpectation(version);
    }

    /// <summary>Tells whether it is met.</summary>
    /// <param name="version">The record's version now; null if there is no such record.</param>
    public bool IsMetBy(long? version) => _required switch
    {
        0 => true,
        -1 => version is null,
        _ => version == _required,
    };

    /// <summary>Gives it in words.</summary>
    public override string ToString() => _required switch
    {
        0 => "any",
        -1 => "absent",
        _ => $"version {_required}",
    };
}
