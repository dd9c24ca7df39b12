using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Holds the zones that are served at one moment, and finds the one that a name belongs to. It never changes: a reload makes another.</summary>
/// <remarks><b>Call</b>: from any thread.</remarks>
public sealed class ZoneCatalog
{
    private readonly Zone[] _zones;
    private readonly NameIndex _index;
    private readonly int _mostLabels;

    /// <summary>Makes a catalog.</summary>
    /// <param name="zones">The zones, each name once.</param>
    /// <param name="hash">Hashes names, with a secret of the process.</param>
    /// <exception cref="ArgumentException">Two zones have the same name and class.</exception>
    public ZoneCatalog(IEnumerable<Zone> zones, NameHash hash)
    {
        ArgumentNullException.ThrowIfNull(zones);
        _zones = [.. zones];
        _index = new NameIndex(hash, _zones.Length);
        for (int i = 0; i < _zones.Length; i++)
        {
            Zone zone = _zones[i];
            if (FindApex(zone.Apex.Wire, zone.Class) is not null)
            {
                throw new ArgumentException($"The zone {zone.Apex} is there twice.", nameof(zones));
            }

            _index.Add(hash.Of(zone.Apex.Wire), i);
            _mostLabels = Math.Max(_mostLabels, zone.Apex.LabelCount);
        }
    }

    /// <summary>Gets the catalog without zones.</summary>
    public static ZoneCatalog Empty { get; } = new([], NameHash.WithoutSecret);

    /// <summary>Gets the zones, in the order in which they were given.</summary>
    public IReadOnlyList<Zone> Zones => _zones;

    /// <summary>Finds the zone with a name; null if there is none.</summary>
    public Zone? FindApex(ReadOnlySpan<byte> name, DnsClass recordClass)
    {
        ulong hash = _index.Hash.Of(name);
        int place = _index.Begin(hash);
        while (true)
        {
            int found = _index.Next(hash, ref place);
            if (found < 0)
            {
                return null;
            }

            if (_zones[found].Class == recordClass && WireName.Equal(_zones[found].Apex.Wire, name))
            {
                return _zones[found];
            }
        }
    }

    /// <summary>Finds the zone that is the nearest above a name, or at it: null if there is none. <b>Spec</b>: RFC 1034 §4.3.2, step 2.</summary>
    /// <param name="name">The name in wire form, in any case.</param>
    /// <param name="labels">How many labels it has, without the root.</param>
    /// <param name="recordClass">The class.</param>
    public Zone? Find(ReadOnlySpan<byte> name, int labels, DnsClass recordClass)
    {
        if (_zones.Length == 1)
        {
            return _zones[0].Class == recordClass && WireName.IsWithin(name, _zones[0].Apex.Wire) ? _zones[0] : null;
        }

        int at = 0;
        for (; labels > _mostLabels; labels--)
        {
            at += name[at] + 1;
        }

        for (; ; labels--)
        {
            if (FindApex(name[at..], recordClass) is { } zone)
            {
                return zone;
            }

            if (labels == 0)
            {
                return null;
            }

            at += name[at] + 1;
        }
    }

    /// <summary>Finds the zone that a question belongs to: that of a name, or, for a DS at a zone's own name, the zone above. <b>Spec</b>: RFC 4035 §3.1.4.1.</summary>
    internal Zone? FindFor(ReadOnlySpan<byte> name, int labels, DnsType type, DnsClass recordClass)
    {
        Zone? zone = Find(name, labels, recordClass);
        if (type == DnsType.DS && zone is not null && labels > 0 && zone.Apex.LabelCount == labels)
        {
            return Find(name[(name[0] + 1)..], labels - 1, recordClass) ?? zone;
        }

        return zone;
    }
}
