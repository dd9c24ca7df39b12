using System.Text;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Tests.Zones.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Tests.Attacks;

/// <summary>What somebody can do to a server who may write one of its zones, and to whom reads what is said about it.</summary>
public sealed class HostileZoneTests
{
    private const string Head = "$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1\nns1 A 192.0.2.1\n";

    /// <summary>A line of a zone file shall not become a line of a log, nor a command to a terminal.</summary>
    [Theory]
    [InlineData("$INCLUDE /a\\010b\\027[2Jc")]
    [InlineData("$INCLUDE \"../a\\010b\"")]
    [InlineData("$INCLUDE a\\010b")]
    [InlineData("$INCLUDE a\\194\\155b")]
    [InlineData("$GENERATE 1-1 \u001b[2J$..a A 192.0.2.1")]
    [InlineData("$GENERATE 1-1 \"a\u0007$..a\" A 192.0.2.1")]
    [InlineData("a\u001b[2J 5 A x")]
    [InlineData("a 5 A \u001b[2J\u0007")]
    [InlineData("a\\010b MX 10 c\\010d")]
    [InlineData("a\\010b.example.net. A 192.0.2.1")]
    [InlineData("a CNAME b\na TXT \"\u001b[2J\"")]
    public void What_is_told_about_a_zone_is_one_line_of_printable_characters(string line)
    {
        ZoneReport report = Report(Head + line + "\n");
        Assert.NotEmpty(report.Findings.Told);
        Assert.All(report.Findings.Told, finding => Assert.DoesNotContain(report.Print(finding), char.IsControl));
    }

    /// <summary>Every name between two others is there too (RFC 4592 §2.2.2): a hundred and twenty of them for each name that is written.</summary>
    [Fact]
    public void Names_without_records_are_bounded()
    {
        string deep = string.Concat(Enumerable.Repeat("a.", 110));
        ZoneReport report = Report(Head + $"$GENERATE 1-40000 {deep}$ A 192.0.2.1\n");
        Assert.False(report.IsValid);
        Assert.Equal([ZoneRule.ZoneTooLarge], report.Findings.Told.Select(finding => finding.Rule).Distinct());
        Assert.InRange(report.Zone.NodeCount, 1_000_000, 3_000_000);
        Assert.InRange(report.Zone.MemoryBytes, 0, 100_000_000);

        // The reverse zone of a /32 of IPv6 with hosts that lie nowhere together is none.
        Random random = new(1);
        string hosts = string.Concat(Enumerable.Range(0, 50_000).Select(_ => string.Concat(Enumerable.Range(0, 24).Select(_ => $"{random.Next(16):x}.")).TrimEnd('.') + " PTR ns1\n"));
        report = Report(Head + hosts);
        Assert.True(report.IsValid, string.Join('\n', report.Findings.Told.Take(3).Select(report.Print)));
        Assert.InRange(report.Zone.NodeCount, 900_000, 1_100_000);
    }

    /// <summary>A name may have signatures of every type there can be: one more set than sixteen bits count.</summary>
    [Fact]
    public void A_name_with_sets_of_all_types_is_whole()
    {
        ZoneBuilder builder = new(DomainName.Parse("example.org"), TestZone.Hash);
        Add(builder, TestZone.Soa);
        byte[] signature = ResourceRecord.Parse("a.example.org. 5 IN RRSIG A 13 3 5 0 0 1 example.org. AAAA").Rdata.Encode();
        byte[] owner = DomainName.Parse("a.example.org").Wire.ToArray();
        for (int type = 0; type <= ushort.MaxValue; type++)
        {
            signature[0] = (byte)(type >> 8);
            signature[1] = (byte)type;
            builder.Add(owner, DnsType.RRSIG, DnsClass.IN, 5, signature);
        }

        Zone zone = builder.Build();
        int node = zone.Find(owner);
        Assert.Equal(ushort.MaxValue, zone[node].SetCount);
        Assert.Equal(ushort.MaxValue + 1, zone.RecordCount);
        Assert.Equal(DnsResponseCode.NoError, Messages.HeaderOf(AnswerText.Respond(new QueryResponder(new ZoneCatalog([zone], TestZone.Hash)), AnswerText.Query("a.example.org RRSIG"))).ResponseCode);
    }

    /// <summary>RFC 3597 §5: any rdata can be written for any type; what the type does not allow is none.</summary>
    [Fact]
    public void Rdata_in_the_form_of_unknown_types_is_checked_as_the_type_has_it()
    {
        Random random = new(3);
        foreach (RecordFormat format in RecordFormat.All)
        {
            for (int bytes = 0; bytes < 48; bytes++)
            {
                byte[] rdata = new byte[bytes];
                random.NextBytes(rdata.AsSpan(random.Next(2) * bytes));
                string text = bytes == 0 ? "\\# 0" : $"\\# {bytes} {Convert.ToHexString(rdata)}";
                // At the zone's own name, where most is read: the denials' parameters, the times of the SOA.
                ZoneReport report = Report($"{Head}@ {format.Type.Mnemonic()} {text}\n0123456789abcdefghijklmnopqrstuv {format.Type.Mnemonic()} {text}\n*.x {format.Type.Mnemonic()} {text}\n");
                QueryResponder responder = new(new ZoneCatalog([report.Zone], TestZone.Hash));
                foreach (string question in (string[])["example.org ANY do", "no.example.org A do", "a.x.example.org MX do", "example.org SVCB do"])
                {
                    Assert.NotEmpty(AnswerText.Respond(responder, AnswerText.Query(question)));
                }
            }
        }
    }

    /// <summary>Problems in two files in turn: each file is gone through once, and not once for each problem.</summary>
    [Fact]
    public void Lines_are_counted_once_in_each_file()
    {
        string text = string.Concat(Enumerable.Range(0, 400).Select(i => $"{new string(';', 1000)}\nbad{i} 5 A x\n$INCLUDE i\n"));
        ParsedZone zone = ParsedZone.Of(text, null, ("i", "bad 5 A x\n"));
        Assert.Equal(800, zone.Problems.Count());
        Assert.Equal("z:1199:12 AddressMalformed", zone.Problems.ElementAt(798));
        Assert.InRange(zone.Parser.Files.BytesCounted, text.Length / 2, 3 * text.Length);
    }

    internal static ZoneReport Report(string text)
    {
        ZoneBuilder builder = new(DomainName.Parse("example.org"), TestZone.Hash, DnsClass.IN, keepPositions: true);
        MasterFileParser parser = new("z", builder.Apex);
        parser.Give(Encoding.Latin1.GetBytes(text));
        while (parser.Parse(builder) == MasterFileStatus.FileWanted)
        {
            parser.Refuse("there is no such file");
        }

        return ZoneReport.Make(parser, builder);
    }

    private static void Add(ZoneBuilder builder, string line)
    {
        ResourceRecord record = ResourceRecord.Parse(line);
        builder.Add(record.Owner.Wire, record.Type, record.Class, (uint)record.Ttl.TotalSeconds, record.Rdata.Encode());
    }
}
