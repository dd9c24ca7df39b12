using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Checks;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Tests.Zones.Checks;

public sealed class ZoneCheckTests
{
    private const string Head = "$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1\nns1 A 192.0.2.1\n";

    private static ZoneReport Report(string text, DateTimeOffset? now = null)
    {
        ZoneBuilder builder = new(DomainName.Parse("example.org"), new NameHash(1, 2), DnsClass.IN, keepPositions: true);
        MasterFileParser parser = new("z", builder.Apex);
        parser.Parse(builder);
        parser.Give(Encoding.Latin1.GetBytes(text));
        parser.Parse(builder);
        return ZoneReport.Make(parser, builder, now);
    }

    private static string Found(string text) =>
        string.Join('|', Report(text).Findings.Told.Select(finding => $"{finding.Rule} {finding.Owner?.ToString().Replace(".example.org.", "", StringComparison.Ordinal)} {finding.Detail}".Trim()));

    [Fact]
    public void What_is_found_is_printed_as_compilers_do_in_the_order_of_the_lines()
    {
        ZoneReport report = Report(Head + "www CNAME ns1\nwww A 192.0.2.2\nbad 5 A x\nmail MX 10 gone\nwww.example.net. A 192.0.2.3\nmail MX 10 GONE\n");
        Assert.Equal(
            [
                "z:5:1: error: www.example.org. CNAME: a name with a CNAME has no other records (A)",
                "z:7:9: error: x: it is no address of this record's family",
                "z:8:1: warning: mail.example.org. MX: the host is in this zone and has no address (gone.example.org.)",
                "z:9:1: warning: www.example.net. A: the owner is not in the zone; the record is left out",
                "z:10:1: warning: mail.example.org. MX: the record is there already",
            ],
            report.Findings.Told.Select(report.Print));
        Assert.Equal((2, 3, false), (report.Findings.ErrorCount, report.Findings.WarningCount, report.IsValid));
        Assert.Equal(6, report.Zone.RecordCount);
    }

    [Fact]
    public void Findings_are_told_up_to_a_bound_and_counted_beyond()
    {
        StringBuilder text = new(Head);
        for (int i = 0; i < 3000; i++)
        {
            text.Append($"a_{i} A 192.0.2.1\na_{i} A 192.0.2.1\nb{i} 5 A x\nc{i}.example.net. A 192.0.2.1\n");
        }

        ZoneFindings findings = Report(text.ToString()).Findings;
        Assert.Equal(2000, findings.Told.Count);
        Assert.Equal((3000, 9000), (findings.ErrorCount, findings.WarningCount));
        Assert.Equal((3000, 3000, 3000, 3000), (findings.Counts[ZoneRule.Text], findings.Counts[ZoneRule.OutOfZone], findings.Counts[ZoneRule.Duplicate], findings.Counts[ZoneRule.HostNameOdd]));
    }

    [Fact]
    public void No_number_of_warnings_hides_an_error()
    {
        string warnings = string.Concat(Enumerable.Range(0, 3000).Select(i => $"a_{i} 4294967295 A 192.0.2.1\nb{i}.example.net. A 192.0.2.1\n"));
        ZoneReport report = Report(Head + warnings + "www CNAME ns1\nwww A 192.0.2.1\n\nbad A x\n");
        Assert.Equal([ZoneRule.CnameBesideOthers, ZoneRule.Text], report.Findings.Told.Where(finding => finding.Severity == ZoneSeverity.Error).Select(finding => finding.Rule));
        Assert.Equal((2, 9000), (report.Findings.ErrorCount, report.Findings.WarningCount));
    }

    /// <summary>Where a name server is, and who asks: RFC 1034 §4.2.1, RFC 9471.</summary>
    [Theory]
    [InlineData("@ NS a\na A 192.0.2.1", "")]
    [InlineData("@ NS a\na AAAA ::1", "")]
    [InlineData("@ NS a\na TXT x", "ServerMissing example.org. a.example.org.")]
    [InlineData("@ NS a.b\nx.a.b A 192.0.2.1", "ServerMissing example.org. a.b.example.org.")]
    [InlineData("@ NS a\n* A 192.0.2.1", "")]
    [InlineData("@ NS a\n* CNAME ns1", "ServerIsAlias example.org. a.example.org.")]
    [InlineData("@ NS ns.sub\nsub NS ns.sub", "SiblingGlueMissing example.org. ns.sub.example.org.|GlueMissing sub ns.sub.example.org.")]
    [InlineData("@ NS ns.sub\nsub NS ns.sub\nns.sub A 192.0.2.1", "")]
    [InlineData("sub NS sub\nsub A 192.0.2.1", "")]
    [InlineData("sub NS sub", "GlueMissing sub sub.example.org.")]
    [InlineData("sub NS a.b.sub\nb.sub A 192.0.2.1", "GlueMissing sub a.b.sub.example.org.")]
    [InlineData("sub NS a\na CNAME ns1", "TargetIsAlias sub a.example.org.")]
    [InlineData("sub NS a.old\nold DNAME example.net.", "TargetIsAlias sub a.old.example.org.")]
    [InlineData("@ NS a.old\nold DNAME example.net.", "ServerIsAlias example.org. a.old.example.org.")]
    [InlineData("sub NS ns1\na.sub NS ns2", "Occluded a.sub")]
    [InlineData("@ MX 1 a.sub\nsub NS ns1", "")]
    [InlineData("@ MX 1 www\n* A 192.0.2.1", "")]
    [InlineData("_x._tcp SRV 0 0 1 _y\n_y A 192.0.2.1", "HostNameOdd _x._tcp _y.example.org.|HostNameOdd _y")]
    [InlineData("*.x A 192.0.2.1\nx.* A 192.0.2.1", "HostNameOdd x.*")]
    [InlineData("@ MX 1 1.2.3.4.\n@ MX 1 1.2.3.4.5.", "TargetIsAddress example.org. 1.2.3.4.")]
    public void Targets(string text, string found) => Assert.Equal(found, Found(Head + text + "\n"));

    [Theory]
    [InlineData("www CNAME ns1\nwww NSEC x A\nwww KEY 0 3 8 AQAB", "")]
    [InlineData("old DNAME example.net.\na.b.old TXT x\nold TXT y", "BelowDname a.b.old")]
    [InlineData("@ DNAME example.net.", "BelowDname ns1")]
    [InlineData("sub NS ns1\nsub DNAME example.net.\nx.sub A 192.0.2.1", "Occluded sub|BelowDname x.sub")]
    [InlineData("*.sub NS ns1\n*.a CNAME ns1", "WildcardNs *.sub")]
    [InlineData("sub NS ns1\nsub DS 1 13 2 AB\na.sub DS 1 13 2 AB", "DsNotAtCut a.sub|Occluded a.sub")]
    public void Types(string text, string found) => Assert.Equal(found, Found(Head + text + "\n"));

    /// <summary>RFC 4034 §3.1.5: dates are compared in serial number arithmetic, so that 2107 may be before 2020.</summary>
    [Theory]
    [InlineData("20300101000000", "20200101000000", "")]
    [InlineData("20260101000000", "20200101000000", "")]
    [InlineData("20251231235959", "20200101000000", "SignatureExpired")]
    [InlineData("20300101000000", "20260101000001", "SignatureNotYetValid")]
    [InlineData("0", "20200101000000", "SignatureExpired")]
    public void Signatures(string expiration, string inception, string rule)
    {
        ZoneFindings findings = Report($"{Head}ns1 RRSIG A 13 3 3600 {expiration} {inception} 1 example.org. AAAA\n", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).Findings;
        Assert.Equal(rule, string.Join(' ', findings.Told.Where(finding => finding.Rule is ZoneRule.SignatureExpired or ZoneRule.SignatureNotYetValid).Select(finding => finding.Rule)));
    }

    [Fact]
    public void Without_positions_and_without_time()
    {
        ZoneBuilder builder = new(DomainName.Parse("example.org"), new NameHash(1, 2));
        ZoneFindings findings = ZoneCheck.Run(builder.Build());
        Assert.Equal(ZoneRule.ZoneEmpty, Assert.Single(findings.Told).Rule);
    }

    /// <summary>Zones of a seed: any types at a few names. Nothing throws.</summary>
    [Fact]
    public void Any_zone()
    {
        string[] owners = ["@", "a", "b.a", "*", "*.a", "sub", "ns.sub", "x.ns.sub", "old", "y.old", "0123456789abcdefghijklmnopqrstuv"];
        string[] datas =
        [
            "A 192.0.2.1", "AAAA ::1", "NS ns.sub", "NS a", "NS .", "CNAME b.a", "DNAME old", "MX 0 .", "MX 1 b.a", "SRV 0 0 0 y.old", "SRV 0 0 0 .", "TXT x", "DS 1 13 2 AB", "SOA . . 1 2 3 4 5", "DNSKEY 256 3 13 AAAA",
            "NSEC a A", "NSEC3 1 0 0 - 0123456789ABCDEFGHIJKLMNOPQRSTUV A", "NSEC3PARAM 1 0 0 -", "NSEC3PARAM 2 1 9 AB", "RRSIG A 13 3 3600 20300101000000 20200101000000 1 example.org. AAAA", "RRSIG SOA 13 3 3600 0 1 1 . AAAA",
        ];
        for (int seed = 0; seed < 5000; seed++)
        {
            Random random = new(seed);
            string text = "$TTL 5\n" + string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => $"{owners[random.Next(owners.Length)]} {datas[random.Next(datas.Length)]}\n"));
            ZoneReport report = Report(text, DateTimeOffset.UnixEpoch);
            Assert.All(report.Findings.Told, finding => Assert.StartsWith("z:", report.Print(finding), StringComparison.Ordinal));
            Assert.Equal(report.Findings.Counts.Values.Sum(), report.Findings.ErrorCount + report.Findings.WarningCount);
        }
    }

    [Fact]
    public void Each_rule_has_a_text() => Assert.All(Enum.GetValues<ZoneRule>(), rule => Assert.NotEqual(rule.ToString(), rule.Describe()));
}
