using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Tests.Zones;

/// <summary>Makes zones of texts, for tests.</summary>
internal static class ZoneText
{
    public static readonly NameHash Hash = new(0x1234, 0x5678);

    /// <summary>Makes a zone of a master file; $TTL is an hour, and there is an SOA and an NS where the text has none.</summary>
    public static Zone Load(string apex, string text)
    {
        string head = text.Contains(" SOA ", StringComparison.Ordinal) ? "" : "@ SOA ns.@@ host.@@ 1 7200 900 604800 300\n@ NS ns.@@\n".Replace("@@", "somewhere.example.", StringComparison.Ordinal);
        var name = DomainName.Parse(apex);
        var parser = new MasterFileParser("zone", name);
        var builder = new ZoneBuilder(name, Hash);
        parser.Give(Encoding.UTF8.GetBytes("$TTL 3600\n" + head + text));
        Assert.Equal(MasterFileStatus.Done, parser.Parse(builder));
        Assert.Empty(parser.Problems.Select(problem => problem.Text));
        Assert.Equal(0, builder.RejectedCount);
        return builder.Build();
    }

    public static ZoneCatalog Catalog(params Zone[] zones) => new(zones, Hash);
}
