using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is the way that a question takes through the zones, along its aliases.</summary>
/// <param name="Branches">Each look-up's branch.</param>
/// <param name="Zones">The zone of each look-up.</param>
/// <param name="Names">The name of each look-up.</param>
/// <param name="IsLoop">Whether a name comes again.</param>
/// <param name="LeavesZones">Whether an alias leads to a name of nobody here.</param>
internal sealed record LookupTrace(IReadOnlyList<LookupBranch> Branches, IReadOnlyList<Zone> Zones, IReadOnlyList<DomainName> Names, bool IsLoop, bool LeavesZones)
{
    private const int MostSteps = 17;

    public LookupBranch? Last => Branches.Count == 0 ? null : Branches[^1];

    public bool CrossesZones => Zones.Distinct().Count() > 1;

    public bool Has(params LookupBranch[] any) => Branches.Any(any.Contains);

    public static LookupTrace Of(ZoneCatalog catalog, DnsTestQuestion question)
    {
        List<LookupBranch> branches = [];
        List<Zone> zones = [];
        List<DomainName> names = [];
        DomainName? name = question.Name;
        while (name is not null && branches.Count < MostSteps)
        {
            if (names.Contains(name))
            {
                return new(branches, zones, names, IsLoop: true, LeavesZones: false);
            }

            if (ZoneFor(catalog, name, question.Type) is not { } zone)
            {
                return new(branches, zones, names, IsLoop: false, LeavesZones: branches.Count > 0);
            }

            ZoneLookup found = ZoneLookup.Find(zone, name.Wire, name.LabelCount, question.Type);
            names.Add(name);
            branches.Add(found.Branch);
            zones.Add(zone);
            name = NextOf(zone, found, name, question.Type);
        }

        return new(branches, zones, names, IsLoop: name is not null, LeavesZones: false);
    }

    private static Zone? ZoneFor(ZoneCatalog catalog, DomainName name, DnsType type)
    {
        Zone? zone = catalog.Find(name.Wire, name.LabelCount, DnsClass.IN);
        return type == DnsType.DS && zone is not null && zone.Apex == name && name.Parent is { } parent ? catalog.Find(parent.Wire, parent.LabelCount, DnsClass.IN) ?? zone : zone;
    }

    private static DomainName? NextOf(Zone zone, in ZoneLookup found, DomainName name, DnsType type)
    {
        bool isAliasWanted = type is DnsType.CNAME or DnsType.ANY;
        if (found.Branch is not (LookupBranch.Cname or LookupBranch.WildcardCname or LookupBranch.Dname) || isAliasWanted)
        {
            return null;
        }

        ZoneNode node = zone[found.Node];
        Assert.True(node.TryFind(found.Branch == LookupBranch.Dname ? DnsType.DNAME : DnsType.CNAME, out ZoneRecordSet set));
        ZoneRecords records = set.Records;
        Assert.True(records.MoveNext());
        int kept = found.Branch == LookupBranch.Dname ? name.Wire.Length - node.Owner.Length : 0;
        DomainName.Decode([.. name.Wire[..kept], .. records.Current], out DomainName? next);
        return next;
    }
}
