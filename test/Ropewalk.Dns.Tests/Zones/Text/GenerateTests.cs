using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Tests.Zones.Text;

public sealed class GenerateTests
{
    /// <summary>The examples of BIND's manual, and the corners of its forms.</summary>
    [Theory]
    [InlineData("0-2 host-$ A 192.0.2.$", "host-0 A 192.0.2.0|host-1 A 192.0.2.1|host-2 A 192.0.2.2")]
    [InlineData("1-5/2 h$ IN A 192.0.2.$", "h1 A 192.0.2.1|h3 A 192.0.2.3|h5 A 192.0.2.5")]
    [InlineData("1-2 @ 5 NS SERVER$", "@ NS SERVER1.example.org.|@ NS SERVER2.example.org.")]
    [InlineData("1-1 h$ MX \"0 .\"", "h1 MX 0 .")]
    [InlineData("7-8 h${-7,3,d} CNAME $.x", "h000 CNAME 7.x.example.org.|h001 CNAME 8.x.example.org.")]
    [InlineData("10-10 ${0,0,x}.${0,4,X}.${0,4,o} CNAME ${5}", "a.000A.0012 CNAME 15.example.org.")]
    [InlineData("18-18 ${0,7,n}.a CNAME ${0,1,N}", "2.1.0.0.a CNAME 2.1.example.org.")]
    [InlineData("18-18 ${0,4,n}a CNAME a", "2.1.a CNAME a.example.org.")]
    [InlineData("1-1 a$$\\$b TXT \\$$", "a\\$\\$b TXT \"$1\"")]
    [InlineData("2147483647-2147483647 h$ A 192.0.2.1", "h2147483647 A 192.0.2.1")]
    public void Makes_records(string directive, string records)
    {
        ParsedZone zone = ParsedZone.Of($"$TTL 5\n$GENERATE {directive}\n");
        Assert.Empty(zone.Problems);
        string[] expected = records.Split('|');
        Assert.Equal(expected.Select(record => record.StartsWith("@ ", StringComparison.Ordinal) ? record.Replace("@ ", "example.org. ", StringComparison.Ordinal) : record.Insert(record.IndexOf(' ', StringComparison.Ordinal), ".example.org.")),
            zone.Records.Select(record => record.Replace(" 5 IN ", " ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("2-1 h$ A 192.0.2.1", "z:2:11 GenerateMalformed")]
    [InlineData("1-2/0 h$ A 192.0.2.1", "z:2:11 GenerateMalformed")]
    [InlineData("-1-2 h$ A 192.0.2.1", "z:2:11 GenerateMalformed")]
    [InlineData("1 h$ A 192.0.2.1", "z:2:11 GenerateMalformed")]
    [InlineData("1-2147483648 h$ A 192.0.2.1", "z:2:11 GenerateMalformed")]
    [InlineData("1-2 h${ A 192.0.2.1", "z:2:1 GenerateMalformed")]
    [InlineData("1-2 h${0,3,q} A 192.0.2.1", "z:2:1 GenerateMalformed")]
    [InlineData("1-2 h${0,128,d} A 192.0.2.1", "z:2:1 GenerateMalformed")]
    [InlineData("1-2 h${-5} A 192.0.2.1", "z:2:1 GenerateMalformed")]
    [InlineData("1-2 h${2147483647} A 192.0.2.1", "z:2:1 GenerateMalformed")]
    [InlineData("1-2 h$ A 192.0.2.1 x", "z:2:30 TextTrailing")]
    [InlineData("1-2 h$ A", "z:2:19 FieldMissing")]
    [InlineData("1-2 h$", "z:2:17 FieldMissing")]
    [InlineData("1-2", "z:2:14 FieldMissing")]
    [InlineData("", "z:2:11 FieldMissing")]
    [InlineData("255-300 h$ A 192.0.2.$", "z:2:1 AddressMalformed")]
    [InlineData("1-2 h$ AXFR x", "z:2:18 TypeMeta")]
    [InlineData("1-2 h$..a A 192.0.2.1", "z:2:1 LabelEmpty")]
    public void Is_told_once_if_it_is_wrong(string directive, string problem)
    {
        ParsedZone zone = ParsedZone.Of($"$TTL 5\n$GENERATE {directive}\nb A 192.0.2.1\n");
        Assert.Equal([problem], zone.Problems);
        Assert.Equal("b.example.org. 5 IN A 192.0.2.1", zone.Records[^1]);
    }

    [Fact]
    public void Bombs_are_refused_before_they_go_off()
    {
        ParsedZone zone = ParsedZone.Of("$TTL 5\n$GENERATE 0-2147483647 h$ A 192.0.2.1\n");
        Assert.Equal(["z:2:1 GenerateTooMany"], zone.Problems);
        Assert.Empty(zone.Records);
    }

    [Fact]
    public void All_directives_together_are_bounded()
    {
        ParsedZone zone = ParsedZone.Of("$TTL 5\n$GENERATE 1-10 a$ A 192.0.2.1\n$GENERATE 1-10 b$ A 192.0.2.1\n$GENERATE 1-5 c$ A 192.0.2.1\n", new MasterFileLimits { GenerateRecordsTotal = 15 });
        Assert.Equal(["z:3:1 GenerateTooMany"], zone.Problems);
        Assert.Equal(15, zone.Records.Count);
    }

    [Fact]
    public void Generated_text_counts_as_text()
    {
        ParsedZone zone = ParsedZone.Of($"$TTL 5\n$GENERATE 1-60000 h$ TXT \"{new string('a', 250)}\"\n", new MasterFileLimits { TextBytes = 100_000 });
        Assert.Equal(["z:2:1 TextTooLarge"], zone.Problems);
        Assert.InRange(zone.Records.Count, 300, 400);
    }
}
