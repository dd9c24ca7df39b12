using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones;

/// <summary>Is a record that waits for its zone to be put together.</summary>
internal struct StagedRecord
{
    /// <summary>The owner's number.</summary>
    public int Owner;

    /// <summary>Where its rdata begins in the staged bytes.</summary>
    public int Rdata;

    public uint Ttl;

    public ushort RdataLength;

    public DnsType Type;

    /// <summary>The set that it belongs to: its type, or the type that it signs.</summary>
    public DnsType Covered;
}
