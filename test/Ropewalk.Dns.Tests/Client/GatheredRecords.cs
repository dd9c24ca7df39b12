using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>Gathers records as text.</summary>
internal sealed class GatheredRecords : List<string>, IRecordSink
{
    public void Add(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata, SourcePosition position = default)
    {
        Assert.Equal(DnsViolation.None, DomainName.Decode(owner, out DomainName? name));
        Assert.Equal(DnsViolation.None, RecordFormat.Of(type, recordClass).Create(rdata, out Rdata? value));
        Add(new ResourceRecord(name!, recordClass, TimeSpan.FromSeconds((long)ttl), value!).ToString());
    }
}
