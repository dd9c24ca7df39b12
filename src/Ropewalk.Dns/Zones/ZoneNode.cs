using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Shows one name of a zone. <b>Lifetime</b>: as long as the zone.</summary>
public readonly ref struct ZoneNode
{
    private readonly ref readonly ZoneNodeEntry _entry;

    internal ZoneNode(Zone zone, int index)
    {
        Zone = zone;
        Index = index;
        _entry = ref zone.Nodes[index];
    }

    /// <summary>Gets the zone.</summary>
    public Zone Zone { get; }

    /// <summary>Gets its place in canonical order, from 0, the apex.</summary>
    public int Index { get; }

    /// <summary>Gets the name in wire form, its case as it was written.</summary>
    public ReadOnlySpan<byte> Owner => Zone.NameOf(_entry);

    /// <summary>Gets the place of the name above; the apex gives its own.</summary>
    public int Parent => _entry.Parent;

    /// <summary>Gets how many labels the name has, without the root.</summary>
    public int LabelCount => _entry.Labels;

    /// <summary>Gets what it means to a lookup.</summary>
    public ZoneNodeFlags Flags => _entry.Flags;

    /// <summary>Gets how many record sets stand here.</summary>
    public int SetCount => _entry.SetCount;

    /// <summary>Gets a record set; they are in the order of their types' numbers.</summary>
    public ZoneRecordSet this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_entry.SetCount);
            return new(Zone, _entry.FirstSet + index);
        }
    }

    /// <summary>Finds the record set of a type.</summary>
    public bool TryFind(DnsType type, out ZoneRecordSet set)
    {
        int index = Zone.FindSet(_entry, type);
        set = index < 0 ? default : new(Zone, index);
        return index >= 0;
    }
}
