using System.Net;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Tests.Zones;

/// <summary>Zones that a program has in its own lines.</summary>
public sealed class ZoneParseTests
{
    [Fact]
    public void A_text_of_one_line_is_a_zone()
    {
        Zone zone = Zone.Parse("example.test", "www A 192.0.2.1");
        Assert.Equal(1u, zone.Serial);
        Assert.Equal(2, zone.RecordCount);
        var responder = new QueryResponder(new ZoneCatalog([zone], new NameHash(1, 2)));
        Assert.Equal("NOERROR aa\nwww.example.test. 3600 IN A 192.0.2.1\n", AnswerText.Ask(responder, "www.example.test A"));
        Assert.Equal("NXDOMAIN aa\nauthority\nexample.test. 300 IN SOA example.test. hostmaster.example.test. 1 86400 7200 3600000 300\n", AnswerText.Ask(responder, "no.example.test A"));
    }

    [Fact]
    public void The_texts_own_SOA_and_TTL_hold()
    {
        Zone zone = Zone.Parse("example.test.", "$TTL 60\n@ SOA ns host 42 1 1 1 1\n@ NS ns\nns A 192.0.2.1\n");
        Assert.Equal(42u, zone.Serial);
        Assert.Equal(3, zone.RecordCount);
        Assert.Equal(60u, zone[0].TryFind(DnsType.NS, out ZoneRecordSet set) ? set.Ttl : 0);
    }

    [Fact]
    public void The_root_can_be_one_too() => Assert.Equal(2, Zone.Parse(".", "test. NS ns.test.").RecordCount);

    [Fact]
    public void All_that_is_wrong_is_told_with_its_line()
    {
        FormatException thrown = Assert.Throws<FormatException>(() => Zone.Parse("example.test", "www A 192.0.2.1\nbad A 192.0.2\n\nelsewhere.test. A 192.0.2.2\n$INCLUDE other\n"));
        Assert.Contains("line 2:", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("line 4: elsewhere.test. A", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("line 5:", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("line 1:", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_are_added_as_values()
    {
        var apex = DomainName.Parse("example.test");
        Zone zone = new ZoneBuilder(apex, new NameHash(1, 2))
            .Add(ResourceRecord.Parse("example.test. 3600 IN SOA ns.example.test. root.example.test. 3 1 1 1 1"))
            .Add(new ResourceRecord(apex.Prepend("www"u8), DnsClass.IN, TimeSpan.FromMinutes(1), new ARecord(IPAddress.Parse("192.0.2.7"))))
            .Build();
        Assert.Equal(3u, zone.Serial);
        Assert.Equal(2, zone.RecordCount);
        Assert.True(zone.Find(DomainName.Parse("www.example.test").Wire) > 0);
    }
}
