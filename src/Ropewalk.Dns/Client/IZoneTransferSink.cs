using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Client;

/// <summary>Takes the records of a transfer, in their order.</summary>
internal interface IZoneTransferSink
{
    /// <summary>Takes a record. Its bytes are copied.</summary>
    void Take(ZoneChangeKind kind, scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata);
}
