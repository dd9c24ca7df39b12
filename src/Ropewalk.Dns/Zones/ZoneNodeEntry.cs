namespace Ropewalk.Dns.Zones;

/// <summary>Is one name of a zone, as it lies in the zone's array: 20 bytes.</summary>
internal record struct ZoneNodeEntry
{
    /// <summary>Where the name begins in the zone's names.</summary>
    public int NameOffset;

    /// <summary>The name above; the apex is its own.</summary>
    public int Parent;

    /// <summary>The first of its record sets; they follow each other.</summary>
    public int FirstSet;

    /// <summary>How many record sets there are; types are 16 bits.</summary>
    public ushort SetCount;

    public ZoneNodeFlags Flags;

    /// <summary>How long the name is.</summary>
    public byte NameLength;

    /// <summary>How many labels it has, without the root.</summary>
    public byte Labels;
}
