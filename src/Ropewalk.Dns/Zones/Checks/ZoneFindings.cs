using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Collects the rules that a zone breaks: the first ones told, the rest counted.</summary>
public sealed class ZoneFindings
{
    // As many as a master file's problems.
    private const int MostTold = 1_000;

    private readonly List<ZoneFinding> _told = [];
    private readonly Dictionary<ZoneRule, int> _counts = [];

    /// <summary>Gets the findings, those of one place in a file before those of a later one; at most 1,000.</summary>
    public IReadOnlyList<ZoneFinding> Told => _told;

    /// <summary>Gets how often each rule is broken.</summary>
    public IReadOnlyDictionary<ZoneRule, int> Counts => _counts;

    /// <summary>Gets how many errors there are.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>Gets how many warnings there are.</summary>
    public int WarningCount { get; private set; }

    internal void Add(ZoneRule rule, SourcePosition position, ReadOnlySpan<byte> owner, DnsType type, string detail = "")
    {
        if (Count(rule, 1))
        {
            _told.Add(new(rule, position, owner.IsEmpty ? null : DomainName.Of(owner), type, detail));
        }
    }

    /// <summary>Counts what is not told; says whether there is room to tell it.</summary>
    internal bool Count(ZoneRule rule, int count)
    {
        _counts[rule] = _counts.GetValueOrDefault(rule) + count;
        bool isError = rule.Severity() == ZoneSeverity.Error;
        ErrorCount += isError ? count : 0;
        WarningCount += isError ? 0 : count;
        return _told.Count < MostTold;
    }

    // Stable: of one place, in the order in which they were found.
    internal void Sort()
    {
        ZoneFinding[] sorted = [.. _told.OrderBy(finding => finding.Position.File).ThenBy(finding => finding.Position.Offset)];
        _told.Clear();
        _told.AddRange(sorted);
    }
}
