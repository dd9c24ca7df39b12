namespace Ropewalk.Dns.Zones;

/// <summary>Says where the record sets of a zone were read.</summary>
public sealed class ZonePositions
{
    private readonly SourcePosition[] _sets;

    internal ZonePositions(SourcePosition[] sets) => _sets = sets;

    /// <summary>Gets where the first record of a set was read.</summary>
    /// <param name="set">The set's <see cref="ZoneRecordSet.Index"/>.</param>
    public SourcePosition this[int set] => _sets[set];
}
