using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Tests.Wire;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Checks;

namespace Ropewalk.Dns.Tests.Attacks;

/// <summary>Zones that make no sense are refused by checks; whoever serves one all the same, or takes it by a transfer, is asked anything.</summary>
public sealed class AnyZoneTests
{
    private const string Hash = "0123456789abcdefghijklmnopqrstuv";
    private const string Other = "v0123456789abcdefghijklmnopqrstu";

    private static readonly string[] Owners = ["@", "a", "b.a", "*", "*.a", "x.*", "*.*", "sub", "ns.sub", "x.ns.sub", "*.sub", "old", "y.old", "*.old", Hash, Other, $"b.{Hash}", $"*.{Hash}", "\\000.a", "a.b.c.d.e.f"];

    private static readonly string[] Rdatas =
    [
        "A 192.0.2.1", "AAAA ::1", "NS ns.sub", "NS a", "NS .", "NS x.ns.sub", "CNAME b.a", "CNAME @", "CNAME x.old", "CNAME z.a", "CNAME q.*", "DNAME old", "DNAME a", "DNAME a.a.a.a.a", "DNAME .", "MX 0 .", "MX 1 b.a",
        "SRV 0 0 0 y.old", "HTTPS 1 .", "SVCB 0 a", "TXT x", "DS 1 13 2 AB", "SOA . . 1 2 3 4 5", "DNSKEY 256 3 13 AAAA", "NSEC a A", "NSEC @ A", $"NSEC3 1 0 0 - {Other} A", $"NSEC3 1 1 2 AB {Hash} A", "NSEC3PARAM 1 0 0 -",
        "NSEC3PARAM 1 0 2 AB", "NSEC3PARAM 2 1 9 AB", "RRSIG A 13 3 3600 20300101000000 20200101000000 1 example.org. AAAA", "RRSIG NSEC 13 3 3600 0 1 1 . AAAA", "RRSIG SOA 13 3 3600 0 1 1 . AAAA",
        "RRSIG CNAME 13 3 3600 0 1 1 . AAAA", "RRSIG TYPE0 13 3 3600 0 1 1 . AAAA",
    ];

    private static readonly DnsType[] Types =
        [DnsType.A, DnsType.NS, DnsType.CNAME, DnsType.SOA, DnsType.MX, DnsType.DS, DnsType.NSEC, DnsType.NSEC3, DnsType.NSEC3PARAM, DnsType.RRSIG, DnsType.ANY, DnsType.DNAME, DnsType.HTTPS, DnsType.None, DnsType.DNSKEY];

    [Fact]
    public void Whatever_is_in_a_zone_every_question_has_a_well_formed_answer()
    {
        for (int seed = 0; seed < 6000; seed++)
        {
            Random random = new(seed);
            QueryResponder responder = new(new ZoneCatalog([Zone(random)], TestZone.Hash));
            for (int question = 0; question < 12; question++)
            {
                string owner = Owners[random.Next(Owners.Length)];
                string name = $"{(random.Next(2) == 0 ? "" : random.Next(2) == 0 ? "q." : "q.r.")}{(owner == "@" ? "" : owner + ".")}example.org.";
                int size = random.Next(3) switch { 0 => 512, 1 => 1232, _ => 4096 };
                DnsTransport transport = random.Next(2) == 0 ? DnsTransport.Udp : DnsTransport.Tcp;
                string text = $"seed {seed}: {name}";
                byte[] answer = AnswerText.Respond(responder, Query(name, Types[random.Next(Types.Length)], size, random.Next(3) > 0), transport);
                Assert.True(answer.Length >= DnsLimits.HeaderBytes, text);
                Assert.True(transport == DnsTransport.Tcp ? answer.Length < 16_000 : answer.Length <= Math.Min(size, 1232), text);
                Assert.True(WireFuzz.ReadAll(answer) == DnsViolation.None, text);
            }
        }
    }

    private static byte[] Query(string name, DnsType type, int size, bool dnssecOk)
    {
        byte[] message = new byte[600];
        DnsMessageWriter writer = new(message);
        writer.TryWriteQuestion(DomainName.Parse(name).Wire, type, DnsClass.IN);
        writer.TryBeginOpt(size, dnssecOk: dnssecOk);
        writer.EndOpt();
        return message[..writer.Finish(new DnsHeader(4711, 0))];
    }

    private static Zone Zone(Random random)
    {
        string text = "$TTL 5\n" + string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => $"{Owners[random.Next(Owners.Length)]} {Rdatas[random.Next(Rdatas.Length)]}\n"));
        ZoneReport report = HostileZoneTests.Report(text);
        Assert.DoesNotContain(ZoneRule.Text, report.Findings.Counts.Keys);
        return report.Zone;
    }
}
