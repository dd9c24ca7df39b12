using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Is one record set of a zone, as it lies in the zone's array: its records first, then their signatures, each as it goes into an answer.</summary>
internal record struct ZoneSetEntry
{
    /// <summary>Where the records begin in the zone's pool.</summary>
    public int Offset;

    /// <summary>How long the records are.</summary>
    public int RecordBytes;

    /// <summary>How long the signatures behind them are.</summary>
    public int SignatureBytes;

    public DnsType Type;

    public ushort Count;

    public ushort SignatureCount;
}
