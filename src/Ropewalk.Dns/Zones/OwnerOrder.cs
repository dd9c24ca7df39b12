using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Orders staged names canonically: by their keys, and where those are equal, by the names.</summary>
internal readonly struct OwnerOrder(ZoneBuilder staged) : IComparer<CanonicalKey>
{
    public int Compare(CanonicalKey x, CanonicalKey y)
    {
        int order = x.CompareTo(y);
        return order != 0 ? order : WireName.Compare(NameOf(x.Owner), NameOf(y.Owner));
    }

    public ReadOnlySpan<byte> NameOf(int owner)
    {
        StagedOwner name = staged.Owners[owner];
        return staged.Names.Get(name.Name, name.Length);
    }
}
