using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is a zone that was generated: its name, its master file, and the names that are worth asking for.</summary>
internal sealed record GeneratedZone(string Apex, ZoneSigning Signing, string Text, IReadOnlyList<string> Names)
{
    private static readonly NameHash Hash = new(0x0123456789abcdef, 0xfedcba9876543210);

    /// <summary>Makes our zone of a master file.</summary>
    public static Zone Load(string apex, byte[] text)
    {
        var name = DomainName.Parse(apex);
        var parser = new MasterFileParser(apex, name);
        var builder = new ZoneBuilder(name, Hash);
        parser.Give(text);
        Assert.Equal(MasterFileStatus.Done, parser.Parse(builder));
        Assert.Empty(parser.Problems.Select(problem => $"{parser.Files.Locate(problem.Position)}: {problem.Text}"));
        Assert.Equal(0, builder.RejectedCount);
        return builder.Build();
    }

    public static ZoneCatalog Catalog(IEnumerable<Zone> zones) => new(zones, Hash);
}
