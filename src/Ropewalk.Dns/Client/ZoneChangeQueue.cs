using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Client;

/// <summary>Keeps the records of one read as values until they are asked for: at most what fits the messages of a pipe's buffer.</summary>
internal sealed class ZoneChangeQueue : IZoneTransferSink
{
    private readonly Queue<ZoneChange> _changes = new();

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ZoneChange? change) => _changes.TryDequeue(out change);

    public void Take(ZoneChangeKind kind, scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata)
    {
        // The rdata has been checked when it was copied out of its message.
        RecordFormat.Of(type, recordClass).Create(rdata, out Rdata? value);
        _changes.Enqueue(new ZoneChange(kind, new ResourceRecord(DomainName.Of(owner), recordClass, TimeSpan.FromSeconds((long)ttl), value!)));
    }
}
