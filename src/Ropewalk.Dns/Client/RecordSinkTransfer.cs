using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Client;

/// <summary>Gives the records of a whole zone to a sink of records.</summary>
internal sealed class RecordSinkTransfer(IRecordSink records) : IZoneTransferSink
{
    public void Take(ZoneChangeKind kind, scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata) =>
        records.Add(owner, type, recordClass, ttl, rdata);
}
