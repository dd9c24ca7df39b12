namespace Ropewalk.Dns.Zones;

/// <summary>Is a record that went into its set with a change, or not at all.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Set">The set's <see cref="ZoneRecordSet.Index"/>.</param>
/// <param name="Position">Where it was read.</param>
public readonly record struct MergedRecord(MergeReason Reason, int Set, SourcePosition Position);
