using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Looks at the names of hosts: those of records, and those that records name.</summary>
internal sealed class TargetCheck(ZoneCheck check, Zone zone)
{
    public void Run(ZoneNode node)
    {
        for (int i = 0; i < node.SetCount; i++)
        {
            ZoneRecordSet set = node[i];
            int leading = set.Type switch { DnsType.NS => 0, DnsType.MX => 2, DnsType.SRV => 6, _ => -1 };
            if (set.Type is DnsType.A or DnsType.AAAA or DnsType.MX && set.Count > 0 && !IsHostName(node.Owner, mayBeWildcard: true))
            {
                check.Tell(ZoneRule.HostNameOdd, node, set);
            }

            if (leading < 0 || (node.Flags & ZoneNodeFlags.Occluded) != 0)
            {
                continue;
            }

            foreach (ReadOnlySpan<byte> rdata in set)
            {
                CheckTarget(node, set, rdata[leading..]);
            }
        }
    }

    private void CheckTarget(ZoneNode node, ZoneRecordSet set, ReadOnlySpan<byte> target)
    {
        bool isServer = set.Type == DnsType.NS;
        if (target.Length == 1 && !isServer)
        {
            // RFC 7505 §3; RFC 2782 has the same for services, and nothing about others beside it.
            if (set.Type == DnsType.MX && set.Count > 1)
            {
                check.Tell(ZoneRule.NullMxBesideOthers, node, set);
            }

            return;
        }

        if (IsAddress(target))
        {
            check.Tell(ZoneRule.TargetIsAddress, node, set, ZoneCheck.Print(target));
        }
        else if (!IsHostName(target, mayBeWildcard: false))
        {
            check.Tell(ZoneRule.HostNameOdd, node, set, ZoneCheck.Print(target));
        }

        if (WireName.IsWithin(target, zone.Apex.Wire) && Judge(node, isServer, target) is { } rule)
        {
            check.Tell(rule, node, set, ZoneCheck.Print(target));
        }
    }

    // A child's servers are the child's affair: they cost it its answers, and not the whole zone its own.
    private ZoneRule? Judge(ZoneNode node, bool isServer, ReadOnlySpan<byte> target)
    {
        bool isOwn = isServer && node.Index == 0;
        int encloser = zone.FindEncloser(target, WireName.CountLabels(target), out _);
        ZoneNode found = zone[encloser];
        bool isExact = found.Owner.Length == target.Length;
        if ((found.Flags & (ZoneNodeFlags.Cut | ZoneNodeFlags.Occluded)) != 0 || (!isExact && (found.Flags & ZoneNodeFlags.Dname) != 0))
        {
            return JudgeBelow(node, isServer, target, found, isExact);
        }

        if (!isExact)
        {
            // RFC 4592 §3.3.1: the wildcard answers in its place.
            if ((found.Flags & ZoneNodeFlags.HasWildcard) == 0)
            {
                return isOwn ? ZoneRule.ServerMissing : ZoneRule.TargetMissing;
            }

            found = zone[zone.FindWildcard(encloser)];
        }

        if ((found.Flags & ZoneNodeFlags.Cname) != 0)
        {
            return isOwn ? ZoneRule.ServerIsAlias : ZoneRule.TargetIsAlias;
        }

        return HasAddress(found) ? null : isOwn ? ZoneRule.ServerMissing : ZoneRule.TargetMissing;
    }

    // What is below a cut is another zone's. Here it is only of use to find a name server.
    private static ZoneRule? JudgeBelow(ZoneNode node, bool isServer, ReadOnlySpan<byte> target, ZoneNode found, bool isExact)
    {
        if ((found.Flags & ZoneNodeFlags.Dname) != 0 && (found.Flags & ZoneNodeFlags.Cut) == 0)
        {
            return isServer && node.Index == 0 ? ZoneRule.ServerIsAlias : ZoneRule.TargetIsAlias;
        }

        if (!isServer || (isExact && HasAddress(found)))
        {
            return null;
        }

        // RFC 9471 §2.1: in the zone that is delegated. §2.2: in another one of the same parent.
        return node.Index != 0 && WireName.IsWithin(target, node.Owner) ? ZoneRule.GlueMissing : ZoneRule.SiblingGlueMissing;
    }

    private static bool HasAddress(ZoneNode node) =>
        (node.TryFind(DnsType.A, out ZoneRecordSet set) && set.Count > 0) || (node.TryFind(DnsType.AAAA, out set) && set.Count > 0);

    // RFC 1123 §2.1, and RFC 952: letters, digits, and hyphens inside.
    private static bool IsHostName(ReadOnlySpan<byte> name, bool mayBeWildcard)
    {
        for (int at = mayBeWildcard && name[0] == 1 && name[1] == (byte)'*' ? 2 : 0; name[at] != 0; at += name[at] + 1)
        {
            ReadOnlySpan<byte> label = name.Slice(at + 1, name[at]);
            if (label[0] == (byte)'-' || label[^1] == (byte)'-')
            {
                return false;
            }

            foreach (byte value in label)
            {
                if (!char.IsAsciiLetterOrDigit((char)value) && value != (byte)'-')
                {
                    return false;
                }
            }
        }

        return true;
    }

    // Four labels of numbers, with nothing or the zone's name behind them: the dot at the end was not meant, or forgotten.
    private bool IsAddress(ReadOnlySpan<byte> name)
    {
        int at = 0;
        for (int label = 0; label < 4; label++)
        {
            if (name[at] is 0 or > 3 || name.Slice(at + 1, name[at]).ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return false;
            }

            at += name[at] + 1;
        }

        return name[at] == 0 || WireName.Equal(name[at..], zone.Apex.Wire);
    }
}
