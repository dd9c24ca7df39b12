using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Looks whether a zone makes sense.</summary>
/// <remarks>
/// Names are looked at once each, in canonical order; what a record names is looked up: a few tenths of a second for a million records. What needs another server's answer is not looked at:
/// whether a name server outside exists, or a DS fits the child's key. Nor are signatures verified.
/// </remarks>
public sealed class ZoneCheck
{
    private readonly Zone _zone;
    private readonly ZonePositions? _positions;
    private readonly ZoneFindings _findings;

    private ZoneCheck(Zone zone, ZonePositions? positions, ZoneFindings findings)
    {
        _zone = zone;
        _positions = positions;
        _findings = findings;
    }

    /// <summary>Checks a zone.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="positions">Where its records were read; null if that is not known.</param>
    /// <param name="now">The time by which signatures are judged; null to leave that out.</param>
    public static ZoneFindings Run(Zone zone, ZonePositions? positions = null, DateTimeOffset? now = null)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ZoneFindings findings = new();
        AddTo(findings, zone, positions, now);
        findings.Sort();
        return findings;
    }

    internal static void AddTo(ZoneFindings findings, Zone zone, ZonePositions? positions, DateTimeOffset? now)
    {
        ZoneCheck check = new(zone, positions, findings);
        if (zone.RecordCount == 0)
        {
            check.Tell(ZoneRule.ZoneEmpty, zone[0]);
            return;
        }

        check.TellMerged();
        ApexCheck.Run(check, zone);
        TargetCheck targets = new(check, zone);
        SignatureCheck signatures = new(check, zone, now);
        for (int i = 0; i < zone.NodeCount; i++)
        {
            ZoneNode node = zone[i];
            if (node.SetCount > 0)
            {
                NameCheck.Run(check, node);
                targets.Run(node);
                signatures.Run(node);
            }
        }

        signatures.RunZone();
    }

    internal void Tell(ZoneRule rule, ZoneNode node, string detail = "") =>
        _findings.Add(rule, node.SetCount > 0 && _positions is not null ? _positions[node[0].Index] : default, node.Owner, DnsType.None, detail);

    internal void Tell(ZoneRule rule, ZoneNode node, ZoneRecordSet set, string detail = "") =>
        _findings.Add(rule, PositionOf(set), node.Owner, set.Type, detail);

    internal static string Print(ReadOnlySpan<byte> name) => DomainName.Of(name).ToString();

    private SourcePosition PositionOf(ZoneRecordSet set) => _positions?[set.Index] ?? default;

    private void TellMerged()
    {
        if (_positions is null || _positions.MergedCount == 0)
        {
            return;
        }

        // The sets that are meant, in the order of their names: looked for once.
        ILookup<int, MergedRecord> merged = _positions.Merged.ToLookup(record => record.Set);
        for (int i = 0; i < _zone.NodeCount; i++)
        {
            ZoneNode node = _zone[i];
            for (int set = 0; set < node.SetCount; set++)
            {
                foreach (MergedRecord record in merged[node[set].Index])
                {
                    _findings.Add(RuleOf(record.Reason), record.Position, node.Owner, node[set].Type);
                }
            }
        }

        // Which they are is not known of those beyond the first thousand; most are of one kind.
        _findings.Count(RuleOf(_positions.Merged[^1].Reason), _positions.MergedCount - _positions.Merged.Count);
    }

    private static ZoneRule RuleOf(MergeReason reason) => reason switch
    {
        MergeReason.Duplicate => ZoneRule.Duplicate,
        MergeReason.OtherTtl => ZoneRule.TtlsDiffer,
        _ => ZoneRule.SetTooLarge,
    };
}
