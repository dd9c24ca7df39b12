namespace Ropewalk.Dns.Zones;

/// <summary>Says where the record sets of a zone were read, and which records changed when they were put together.</summary>
public sealed class ZonePositions
{
    private readonly SourcePosition[] _sets;

    internal ZonePositions(SourcePosition[] sets, IReadOnlyList<MergedRecord> merged, int mergedCount)
    {
        _sets = sets;
        Merged = merged;
        MergedCount = mergedCount;
    }

    /// <summary>Gets the records that are not in the zone as they were written: the first thousand.</summary>
    public IReadOnlyList<MergedRecord> Merged { get; }

    /// <summary>Gets how many records are not in the zone as they were written.</summary>
    public int MergedCount { get; }

    /// <summary>Gets where the first record of a set was read.</summary>
    /// <param name="set">The set's <see cref="ZoneRecordSet.Index"/>.</param>
    public SourcePosition this[int set] => _sets[set];
}
