using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Looks at which types stand together at one name, and where.</summary>
internal static class NameCheck
{
    private const ZoneNodeFlags Delegated = ZoneNodeFlags.Cut | ZoneNodeFlags.Occluded;

    public static void Run(ZoneCheck check, ZoneNode node)
    {
        if (IsBelowDname(node))
        {
            check.Tell(ZoneRule.BelowDname, node, node[0]);
        }

        bool isWildcard = node.Owner[0] == 1 && node.Owner[1] == (byte)'*';
        for (int i = 0; i < node.SetCount; i++)
        {
            ZoneRecordSet set = node[i];
            if (set.Count == 0)
            {
                continue;
            }

            CheckSize(check, node, set);
            CheckType(check, node, set, isWildcard);
        }
    }

    // RFC 1035 §4.2.2: the length of a message has 16 bits; a header and the question go with it, and each owner is a pointer.
    private static void CheckSize(ZoneCheck check, ZoneNode node, ZoneRecordSet set)
    {
        int bytes = DnsLimits.HeaderBytes + node.Owner.Length + 4 + set.RecordBytes.Length;
        if (bytes > DnsLimits.MessageBytes)
        {
            check.Tell(ZoneRule.SetTooLarge, node, set, $"{bytes} bytes");
        }
    }

    private static void CheckType(ZoneCheck check, ZoneNode node, ZoneRecordSet set, bool isWildcard)
    {
        bool isApex = node.Index == 0, isCut = (node.Flags & ZoneNodeFlags.Cut) != 0;
        switch (set.Type)
        {
            case DnsType.SOA when !isApex:
                check.Tell(ZoneRule.SoaNotAtApex, node, set);
                break;
            case DnsType.NS when isWildcard:
                check.Tell(ZoneRule.WildcardNs, node, set);
                break;
            case DnsType.CNAME:
                CheckCname(check, node, set);
                break;
            case DnsType.DNAME when set.Count > 1:
                check.Tell(ZoneRule.DnameMultiple, node, set);
                break;
            case DnsType.DNAME when isWildcard:
                check.Tell(ZoneRule.WildcardDname, node, set);
                break;
            // RFC 4035 §2.4: a DS stands at a delegation point.
            case DnsType.DS when !isApex && !isCut:
                check.Tell(ZoneRule.DsNotAtCut, node, set);
                break;
            case DnsType.NSEC3PARAM when !isApex:
                check.Tell(ZoneRule.Nsec3ParamNotAtApex, node, set);
                break;
            default:
                break;
        }

        if ((node.Flags & Delegated) != 0 && IsHidden(node, set.Type) && !IsBelowDname(node))
        {
            check.Tell(ZoneRule.Occluded, node, set);
        }
    }

    // RFC 2181 §6: at a cut stands what delegates, and the addresses that may be needed; below it, addresses only.
    private static bool IsHidden(ZoneNode node, DnsType type) => type switch
    {
        DnsType.A or DnsType.AAAA => false,
        DnsType.NS or DnsType.DS or DnsType.NSEC => (node.Flags & ZoneNodeFlags.Occluded) != 0,
        _ => true,
    };

    private static void CheckCname(ZoneCheck check, ZoneNode node, ZoneRecordSet cname)
    {
        if (cname.Count > 1)
        {
            check.Tell(ZoneRule.CnameMultiple, node, cname);
        }

        for (int i = 0; i < node.SetCount; i++)
        {
            ZoneRecordSet other = node[i];
            // RFC 2181 §10.1: but for what secures it: its signature, NSEC and, of old, KEY.
            if (other.Count > 0 && other.Type is not (DnsType.CNAME or DnsType.NSEC or DnsType.KEY))
            {
                check.Tell(ZoneRule.CnameBesideOthers, node, cname, other.Type.Mnemonic());
                return;
            }
        }
    }

    // RFC 6672 §2.4. A zone's own hashed denials are there all the same, if the DNAME is at its top.
    private static bool IsBelowDname(ZoneNode node)
    {
        if (node.Index == 0 || (node.Flags & (ZoneNodeFlags.Occluded | ZoneNodeFlags.Hashed)) != ZoneNodeFlags.Occluded)
        {
            return false;
        }

        int at = node.Parent;
        while (true)
        {
            ZoneNode above = node.Zone[at];
            if ((above.Flags & ZoneNodeFlags.Dname) != 0)
            {
                return true;
            }

            if (at == 0 || (above.Flags & ZoneNodeFlags.Cut) != 0)
            {
                return false;
            }

            at = above.Parent;
        }
    }
}
