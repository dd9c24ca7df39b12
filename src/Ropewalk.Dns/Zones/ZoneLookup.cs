using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Is what one zone knows about a question: steps 3 of RFC 1034 §4.3.2, with wildcards (RFC 4592), DNAME (RFC 6672) and the DS at a cut (RFC 4035 §3.1.4.1).</summary>
/// <param name="Branch">Which case it is.</param>
/// <param name="Node">The name that answers: the question's own, a cut, a DNAME's, a wildcard; for <see cref="LookupBranch.NameError"/> the closest encloser.</param>
/// <param name="Set">The record set that answers, or the alias's; -1 if none does.</param>
/// <param name="Encloser">With a wildcard and with none: the closest encloser.</param>
/// <param name="NextCloser">Where in the name its ending begins that is one label longer than the encloser.</param>
public readonly record struct ZoneLookup(LookupBranch Branch, int Node, int Set = -1, int Encloser = -1, int NextCloser = 0)
{
    /// <summary>Says whether a wildcard answers.</summary>
    public bool IsWildcard => Branch is >= LookupBranch.WildcardAnswer and <= LookupBranch.WildcardEmptyNonTerminal;

    /// <summary>Looks a question up.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="name">The name in wire form, in any case, at or below the zone's.</param>
    /// <param name="labels">How many labels it has, without the root.</param>
    /// <param name="type">The type that is asked for; ANY and RRSIG are understood.</param>
    public static ZoneLookup Find(Zone zone, ReadOnlySpan<byte> name, int labels, DnsType type)
    {
        ArgumentNullException.ThrowIfNull(zone);
        int node = zone.Find(name);
        if (node >= 0)
        {
            ref readonly ZoneNodeEntry entry = ref zone.Nodes[node];
            if ((entry.Flags & (ZoneNodeFlags.Occluded | ZoneNodeFlags.Hashed | ZoneNodeFlags.Cut)) == 0)
            {
                return AtName(zone, node, type);
            }

            if ((entry.Flags & ZoneNodeFlags.Occluded) != 0)
            {
                return AtOccluder(zone, node);
            }

            if ((entry.Flags & ZoneNodeFlags.Cut) != 0)
            {
                return AtCut(zone, node, type);
            }

            // RFC 5155 §7.2.8: the name of a hashed denial does not exist.
        }

        return WithoutName(zone, name, labels, type);
    }

    // Step 3a: the whole name is matched.
    private static ZoneLookup AtName(Zone zone, int node, DnsType type)
    {
        ref readonly ZoneNodeEntry entry = ref zone.Nodes[node];
        int set = zone.FindSet(entry, type);
        if (set >= 0 && zone.Sets[set].Count > 0)
        {
            return new(LookupBranch.Answer, node, set);
        }

        switch (type)
        {
            case DnsType.ANY when zone.HasRecords(entry):
                return new(LookupBranch.Any, node);
            case DnsType.RRSIG when (entry.Flags & ZoneNodeFlags.Signed) != 0:
                return new(LookupBranch.Signatures, node);
        }

        // RFC 4035 §2.5: an alias has signatures and an NSEC of its own; to ask for them is not to ask for what it leads to.
        if ((entry.Flags & ZoneNodeFlags.Cname) != 0 && type is not (DnsType.ANY or DnsType.RRSIG or DnsType.NSEC))
        {
            return new(LookupBranch.Cname, node, zone.FindSet(entry, DnsType.CNAME));
        }

        return new((entry.Flags & ZoneNodeFlags.Empty) != 0 ? LookupBranch.EmptyNonTerminal : LookupBranch.NoData, node);
    }

    // Step 3b: the cut's own name. The DS is this side's, all else the other's.
    private static ZoneLookup AtCut(Zone zone, int node, DnsType type)
    {
        if (type != DnsType.DS)
        {
            return new(LookupBranch.Referral, node, zone.FindSet(zone.Nodes[node], DnsType.NS));
        }

        int set = zone.FindSet(zone.Nodes[node], DnsType.DS);
        return set >= 0 && zone.Sets[set].Count > 0 ? new(LookupBranch.DelegationSigner, node, set) : new(LookupBranch.NoDelegationSigner, node);
    }

    // Steps 3b and 3c above the name: the first name from the top that has a cut or a DNAME.
    private static ZoneLookup AtOccluder(Zone zone, int node)
    {
        while ((zone.Nodes[node].Flags & ZoneNodeFlags.Occluded) != 0)
        {
            node = zone.Nodes[node].Parent;
        }

        ref readonly ZoneNodeEntry entry = ref zone.Nodes[node];
        return (entry.Flags & ZoneNodeFlags.Cut) != 0
            ? new(LookupBranch.Referral, node, zone.FindSet(entry, DnsType.NS))
            : new(LookupBranch.Dname, node, zone.FindSet(entry, DnsType.DNAME));
    }

    // Step 3c: a label is not there.
    private static ZoneLookup WithoutName(Zone zone, ReadOnlySpan<byte> name, int labels, DnsType type)
    {
        int encloser = zone.FindEncloser(name, labels, out int nextCloser);
        ZoneNodeFlags flags = zone.Nodes[encloser].Flags;
        if ((flags & (ZoneNodeFlags.Occluded | ZoneNodeFlags.Cut | ZoneNodeFlags.Dname)) != 0)
        {
            return AtOccluder(zone, encloser);
        }

        if ((flags & ZoneNodeFlags.HasWildcard) == 0)
        {
            return new(LookupBranch.NameError, encloser, -1, encloser, nextCloser);
        }

        // RFC 4592 §4.2: what name servers at a wildcard mean is not defined; here they are data as others.
        ZoneLookup found = AtName(zone, zone.FindWildcard(encloser), type);
        LookupBranch branch = found.Branch switch
        {
            LookupBranch.Answer => LookupBranch.WildcardAnswer,
            LookupBranch.Any => LookupBranch.WildcardAny,
            LookupBranch.Signatures => LookupBranch.WildcardSignatures,
            LookupBranch.Cname => LookupBranch.WildcardCname,
            LookupBranch.EmptyNonTerminal => LookupBranch.WildcardEmptyNonTerminal,
            _ => LookupBranch.WildcardNoData,
        };
        return found with { Branch = branch, Encloser = encloser, NextCloser = nextCloser };
    }
}
