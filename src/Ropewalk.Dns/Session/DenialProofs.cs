using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Session;

/// <summary>Writes the records by which a signed zone proves what it does not have. <b>Spec</b>: RFC 4035 §3.1.3; RFC 5155 §7.2.</summary>
internal static class DenialProofs
{
    /// <summary>Writes the proof that belongs to a look-up.</summary>
    /// <param name="writer">The message, in its authority section.</param>
    /// <param name="zone">The zone, which is signed.</param>
    /// <param name="name">The name that was looked up; for a referral, the cut.</param>
    /// <param name="labels">How many labels it has.</param>
    /// <param name="found">What was found.</param>
    /// <param name="writtenAt">Where in the message records begin that may be part of the proof already; zero if there are none.</param>
    /// <returns>False if it does not fit.</returns>
    public static bool TryWrite(ref DnsMessageWriter writer, Zone zone, ReadOnlySpan<byte> name, int labels, in ZoneLookup found, int writtenAt)
    {
        // At most three records, each once.
        Span<int> nodes = stackalloc int[3];
        DnsType type = zone.Nsec3 is null ? DnsType.NSEC : DnsType.NSEC3;
        int count = zone.Nsec3 is { } chain ? FindHashed(zone, chain, name, labels, found, nodes) : FindPlain(zone, name, found, nodes);
        for (int i = 0; i < count; i++)
        {
            if (nodes[..i].Contains(nodes[i]))
            {
                continue;
            }

            ZoneNode node = zone[nodes[i]];
            if (writtenAt > 0 && WrittenSets.Contains(writer.Written, writtenAt, node.Owner, type))
            {
                continue;
            }

            if (node.TryFind(type, out ZoneRecordSet set) && !TryWriteSet(ref writer, zone, set, node.Owner))
            {
                return false;
            }
        }

        return true;
    }

    private static int FindPlain(Zone zone, ReadOnlySpan<byte> name, in ZoneLookup found, Span<int> nodes)
    {
        int[] before = zone.NsecBefore;
        switch (found.Branch)
        {
            case LookupBranch.NameError:
                // RFC 4035 §3.1.3.2: no such name, and no wildcard for it.
                nodes[0] = before[zone.FindAtOrBefore(name, found.Encloser)];
                nodes[1] = before[FindBeforeWildcard(zone, found.Encloser)];
                return 2;
            case LookupBranch.WildcardNoData or LookupBranch.WildcardEmptyNonTerminal:
                // RFC 4035 §3.1.3.4: the wildcard has not the type, and no name is closer.
                nodes[0] = before[found.Node];
                nodes[1] = before[zone.FindAtOrBefore(name, found.Encloser)];
                return 2;
            case var _ when found.IsWildcard:
                // RFC 4035 §3.1.3.3: no name is closer.
                nodes[0] = before[zone.FindAtOrBefore(name, found.Encloser)];
                return 1;
            default:
                // RFC 4035 §3.1.3.1: the name has not the type; or, without records, lies between two that have.
                nodes[0] = before[found.Node];
                return 1;
        }
    }

    private static int FindBeforeWildcard(Zone zone, int encloser)
    {
        Span<byte> wildcard = stackalloc byte[DnsLimits.NameBytes + 2];
        return zone.FindAtOrBefore(WireName.WriteWildcard(zone[encloser].Owner, wildcard), encloser);
    }

    private static int FindHashed(Zone zone, Nsec3Chain chain, ReadOnlySpan<byte> name, int labels, in ZoneLookup found, Span<int> nodes)
    {
        if (found.Branch is LookupBranch.WildcardAnswer or LookupBranch.WildcardAny or LookupBranch.WildcardSignatures or LookupBranch.WildcardCname)
        {
            // RFC 5155 §7.2.6: no name is closer; the answer itself says what the encloser is.
            nodes[0] = chain.NodeOf(chain.FindCover(name[found.NextCloser..]));
            return 1;
        }

        if (!found.IsWildcard && found.Branch != LookupBranch.NameError && chain.FindMatch(found.Node) is var match and >= 0)
        {
            // RFC 5155 §7.2.3, §7.2.4: the name has not the type.
            nodes[0] = chain.NodeOf(match);
            return 1;
        }

        // RFC 5155 §7.2.1: the closest encloser that can be proved. With opt-out that may be above the closest there is.
        int encloser = found.Encloser >= 0 ? found.Encloser : zone.Nodes[found.Node].Parent;
        int link = chain.FindMatch(encloser);
        while (link < 0 && encloser != 0)
        {
            encloser = zone.Nodes[encloser].Parent;
            link = chain.FindMatch(encloser);
        }

        if (link < 0)
        {
            return 0;
        }

        nodes[0] = chain.NodeOf(link);
        nodes[1] = chain.NodeOf(chain.FindCover(EndingOf(name, labels - zone.Nodes[encloser].Labels - 1)));
        switch (found.Branch)
        {
            case LookupBranch.NameError:
                // RFC 5155 §7.2.2: and no wildcard.
                nodes[2] = chain.NodeOf(chain.FindWildcard(encloser));
                return 3;
            case LookupBranch.WildcardNoData or LookupBranch.WildcardEmptyNonTerminal:
                // RFC 5155 §7.2.5: and the wildcard has not the type.
                nodes[2] = chain.NodeOf(chain.FindWildcard(encloser));
                return 3;
            default:
                return 2;
        }
    }

    private static ReadOnlySpan<byte> EndingOf(ReadOnlySpan<byte> name, int skippedLabels)
    {
        int at = 0;
        for (; skippedLabels > 0; skippedLabels--)
        {
            at += name[at] + 1;
        }

        return name[at..];
    }

    private static bool TryWriteSet(ref DnsMessageWriter writer, Zone zone, ZoneRecordSet set, ReadOnlySpan<byte> owner)
    {
        DnsMessageMark mark = writer.Mark();
        ZoneRecords records = set.Records, signatures = set.Signatures;
        while (records.MoveNext())
        {
            if (!writer.TryWriteRecord(owner, set.Type, zone.Class, records.Ttl, records.Current))
            {
                writer.Rewind(mark);
                return false;
            }
        }

        while (signatures.MoveNext())
        {
            if (!writer.TryWriteRecord(owner, DnsType.RRSIG, zone.Class, signatures.Ttl, signatures.Current))
            {
                writer.Rewind(mark);
                return false;
            }
        }

        return true;
    }
}
