using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>Makes zones of lines.</summary>
internal static class TestZone
{
    public const string Soa = "example.org. 3600 IN SOA ns.example.org. root.example.org. 5 7200 3600 604800 300";

    public static NameHash Hash { get; } = new(1, 2);

    public static Zone Of(params IEnumerable<string> lines)
    {
        ZoneBuilder builder = new(DomainName.Parse("example.org."), Hash);
        foreach (string line in lines)
        {
            ResourceRecord record = ResourceRecord.Parse(line);
            builder.Add(record.Owner.Wire, record.Type, record.Class, (uint)record.Ttl.TotalSeconds, record.Rdata.Encode());
        }

        return builder.Build();
    }
}
