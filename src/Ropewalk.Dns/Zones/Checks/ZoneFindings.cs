using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Collects the rules that a zone breaks: the first ones told, the rest counted.</summary>
public sealed class ZoneFindings
{
    // As many as a master file's problems; of each kind, so that no number of warnings hides an error.
    private const int MostTold = 1_000;

    private readonly List<ZoneFinding> _errors = [];
    private readonly List<ZoneFinding> _warnings = [];
    private readonly Dictionary<ZoneRule, int> _counts = [];

    /// <summary>Gets the findings, those of one place in a file before those of a later one; at most 1,000 errors and as many warnings.</summary>
    public IReadOnlyList<ZoneFinding> Told { get; private set; } = [];

    /// <summary>Gets how often each rule is broken.</summary>
    public IReadOnlyDictionary<ZoneRule, int> Counts => _counts;

    /// <summary>Gets how many errors there are.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>Gets how many warnings there are.</summary>
    public int WarningCount { get; private set; }

    internal void Add(ZoneRule rule, SourcePosition position, ReadOnlySpan<byte> owner, DnsType type, string detail = "")
    {
        Count(rule, 1);
        List<ZoneFinding> told = rule.Severity() == ZoneSeverity.Error ? _errors : _warnings;
        if (told.Count < MostTold)
        {
            told.Add(new(rule, position, owner.IsEmpty ? null : DomainName.Of(owner), type, detail));
        }
    }

    /// <summary>Counts what is not told one by one.</summary>
    internal void Count(ZoneRule rule, int count)
    {
        if (count == 0)
        {
            return;
        }

        _counts[rule] = _counts.GetValueOrDefault(rule) + count;
        bool isError = rule.Severity() == ZoneSeverity.Error;
        ErrorCount += isError ? count : 0;
        WarningCount += isError ? 0 : count;
    }

    // Stable: of one place, in the order in which they were found.
    internal void Sort() => Told = [.. _errors.Concat(_warnings).OrderBy(finding => finding.Position.File).ThenBy(finding => finding.Position.Offset)];
}
