using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Zones;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>What is answered out of signed zones to whom wants signatures: the zones and examples of RFC 4035, appendices A and B, and of RFC 5155, appendices A and B. Keys and signatures stand for themselves.</summary>
public static class DenialTests
{
    private const string Soa = "example. 3600 IN SOA ns1.example. bugs.x.w.example. 1 3600 300 3600000 3600\nexample. 3600 IN RRSIG SOA\n";

    private const string Common = """
        @ SOA ns1 bugs.x.w 1 3600 300 3600000 3600
        @ NS ns1
        @ NS ns2
        @ MX 1 xx
        @ DNSKEY 256 3 5 AAAA
        @ DNSKEY 257 3 5 AAAA
        a DS 57855 5 1 B6DCD485719ADCA18E5F3D48A2331627FDD3636B
        ai A 192.0.2.9
        ai HINFO "KLH-10" "ITS"
        ai AAAA 2001:db8::f00:baa9
        ns1 A 192.0.2.1
        ns2 A 192.0.2.2
        *.w MX 1 ai
        x.w MX 1 xx
        x.y.w MX 1 xx
        xx A 192.0.2.10
        xx HINFO "KLH-10" "TOPS-20"
        xx AAAA 2001:db8::f00:baaa

        """;

    private const string Nsecs = """
        @ NSEC a NS SOA MX RRSIG NSEC DNSKEY
        a NSEC ai NS DS RRSIG NSEC
        ai NSEC b A HINFO AAAA RRSIG NSEC
        b NSEC ns1 NS RRSIG NSEC
        ns1 NSEC ns2 A RRSIG NSEC
        ns2 NSEC *.w A RRSIG NSEC
        *.w NSEC x.w MX RRSIG NSEC
        x.w NSEC x.y.w MX RRSIG NSEC
        x.y.w NSEC xx MX RRSIG NSEC
        xx NSEC @ A HINFO AAAA RRSIG NSEC
        """;

    private const string Hashes = """
        2t7b4g4vsa5smi47k61mv5bv1a22bojr A 192.0.2.127
        @ NSEC3PARAM 1 0 12 aabbccdd
        0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG
        2t7b4g4vsa5smi47k61mv5bv1a22bojr NSEC3 1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG
        2vptu5timamqttgl4luu9kg21e0aor3s NSEC3 1 1 12 aabbccdd 35mthgpgcu1qg68fab165klnsnk3dpvl MX RRSIG
        35mthgpgcu1qg68fab165klnsnk3dpvl NSEC3 1 1 12 aabbccdd b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG
        b4um86eghhds6nea196smvmlo4ors995 NSEC3 1 1 12 aabbccdd gjeqe526plbf1g8mklp59enfd789njgi MX RRSIG
        gjeqe526plbf1g8mklp59enfd789njgi NSEC3 1 1 12 aabbccdd ji6neoaepv8b5o6k4ev33abha8ht9fgc HINFO A AAAA RRSIG
        ji6neoaepv8b5o6k4ev33abha8ht9fgc NSEC3 1 1 12 aabbccdd k8udemvp1j2f7eg6jebps17vp3n8i58h
        k8udemvp1j2f7eg6jebps17vp3n8i58h NSEC3 1 1 12 aabbccdd kohar7mbb8dc2ce8a9qvl8hon4k53uhi
        kohar7mbb8dc2ce8a9qvl8hon4k53uhi NSEC3 1 1 12 aabbccdd q04jkcevqvmu85r014c7dkba38o0ji5r A RRSIG
        q04jkcevqvmu85r014c7dkba38o0ji5r NSEC3 1 1 12 aabbccdd r53bq7cc2uvmubfu5ocmm6pers9tk9en A RRSIG
        r53bq7cc2uvmubfu5ocmm6pers9tk9en NSEC3 1 1 12 aabbccdd t644ebqk9bibcna874givr6joj62mlhv MX RRSIG
        t644ebqk9bibcna874givr6joj62mlhv NSEC3 1 1 12 aabbccdd 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom HINFO A AAAA RRSIG
        """;

    private static readonly QueryResponder Plain = new(ZoneText.Catalog(Load(Common + Nsecs, "b")));
    private static readonly QueryResponder Hashed = new(ZoneText.Catalog(Load(Common + Hashes, "c")));

    public static TheoryData<string, string, string> Rfc4035 => new()
    {
        { "B.1", "x.w.example MX", "NOERROR aa do\nx.w.example. 3600 IN MX 1 xx.example.\nx.w.example. 3600 IN RRSIG MX\nadditional\n" + AddressesOf("xx", "192.0.2.10", "2001:db8::f00:baaa") },
        { "B.2", "ml.example A", "NXDOMAIN aa do\nauthority\n" + Soa + Nsec("b", "ns1.example. NS RRSIG NSEC") + Nsec("", "a.example. NS SOA MX RRSIG NSEC DNSKEY") },
        { "B.3", "ns1.example MX", "NOERROR aa do\nauthority\n" + Soa + Nsec("ns1", "ns2.example. A RRSIG NSEC") },
        {
            "B.4", "mc.a.example MX",
            "NOERROR do\nauthority\na.example. 3600 IN NS ns1.a.example.\na.example. 3600 IN NS ns2.a.example.\na.example. 3600 IN DS 57855 5 1 B6DCD485719ADCA18E5F3D48A2331627FDD3636B\na.example. 3600 IN RRSIG DS\n"
            + "additional\nns1.a.example. 3600 IN A 192.0.2.5\nns2.a.example. 3600 IN A 192.0.2.6\n"
        },
        {
            "B.5", "mc.b.example MX",
            "NOERROR do\nauthority\nb.example. 3600 IN NS ns1.b.example.\nb.example. 3600 IN NS ns2.b.example.\n" + Nsec("b", "ns1.example. NS RRSIG NSEC")
            + "additional\nns1.b.example. 3600 IN A 192.0.2.7\nns2.b.example. 3600 IN A 192.0.2.8\n"
        },
        {
            "B.6", "a.z.w.example MX",
            "NOERROR aa do\na.z.w.example. 3600 IN MX 1 ai.example.\na.z.w.example. 3600 IN RRSIG MX\nauthority\n" + Nsec("x.y.w", "xx.example. MX RRSIG NSEC")
            + "additional\n" + AddressesOf("ai", "192.0.2.9", "2001:db8::f00:baa9")
        },
        { "B.7", "a.z.w.example AAAA", "NOERROR aa do\nauthority\n" + Soa + Nsec("*.w", "x.w.example. MX RRSIG NSEC") + Nsec("x.y.w", "xx.example. MX RRSIG NSEC") },
        { "B.8", "example DS", "NOERROR aa do\nauthority\n" + Soa + Nsec("", "a.example. NS SOA MX RRSIG NSEC DNSKEY") },
        // No example, but the one proof that is for two: no name, and no wildcard, in one gap.
        { "one gap", "a.x.w.example A", "NXDOMAIN aa do\nauthority\n" + Soa + Nsec("x.w", "x.y.w.example. MX RRSIG NSEC") },
        { "no records, only names below", "y.w.example A", "NOERROR aa do\nauthority\n" + Soa + Nsec("x.w", "x.y.w.example. MX RRSIG NSEC") },
    };

    public static TheoryData<string, string, string> Rfc5155 => new()
    {
        { "B.1", "a.c.x.w.example A", "NXDOMAIN aa do\nauthority\n" + Soa + Nsec3("b4um", "0p9m", "35mt") },
        { "B.2", "ns1.example MX", "NOERROR aa do\nauthority\n" + Soa + Nsec3("2t7b") },
        { "B.2.1", "y.w.example A", "NOERROR aa do\nauthority\n" + Soa + Nsec3("ji6n") },
        {
            "B.3", "mc.c.example MX",
            "NOERROR do\nauthority\nc.example. 3600 IN NS ns1.c.example.\nc.example. 3600 IN NS ns2.c.example.\n" + Nsec3("0p9m", "35mt") + "additional\nns1.c.example. 3600 IN A 192.0.2.7\nns2.c.example. 3600 IN A 192.0.2.8\n"
        },
        {
            "B.4", "a.z.w.example MX",
            "NOERROR aa do\na.z.w.example. 3600 IN MX 1 ai.example.\na.z.w.example. 3600 IN RRSIG MX\nauthority\n" + Nsec3("q04j") + "additional\n" + AddressesOf("ai", "192.0.2.9", "2001:db8::f00:baa9")
        },
        { "B.5", "a.z.w.example AAAA", "NOERROR aa do\nauthority\n" + Soa + Nsec3("k8ud", "q04j", "r53b") },
        { "B.6", "example DS", "NOERROR aa do\nauthority\n" + Soa + Nsec3("0p9m") },
        { "a DS that opt-out leaves out", "c.example DS", "NOERROR aa do\nauthority\n" + Soa + Nsec3("0p9m", "35mt") },
        // RFC 5155 §1.3: the chain is a circle. This name's hash, 0909…, stands before the first, so that the last covers it.
        { "before the first hash", "n13.example A", "NXDOMAIN aa do\nauthority\n" + Soa + Nsec3("0p9m", "t644", "gjeq") },
        // RFC 5155 §7.2.8: the owner of a hash alone is no name; where records stand too, it is one.
        { "a name that is a hash too", "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example A", "NOERROR aa do\n2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 IN A 192.0.2.127\n2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 3600 IN RRSIG A\n" },
    };

    [Theory]
    [MemberData(nameof(Rfc4035))]
    public static void The_examples_of_RFC_4035(string example, string question, string answer) => Check(Plain, example, question, answer);

    [Theory]
    [MemberData(nameof(Rfc5155))]
    public static void The_examples_of_RFC_5155(string example, string question, string answer) => Check(Hashed, example, question, answer);

    [Fact]
    public static void The_owner_of_a_hash_is_no_name() => Assert.StartsWith("NXDOMAIN aa do\n", AnswerText.Ask(Hashed, "ji6neoaepv8b5o6k4ev33abha8ht9fgc.example NSEC3 do size=4096"), StringComparison.Ordinal);

    // RFC 2308 §3, RFC 4035 §2.2: a signature is kept as long as what it signs.
    [Fact]
    public static void The_signature_of_a_denial_is_kept_as_long_as_the_denial()
    {
        var responder = new QueryResponder(ZoneText.Catalog(Load((Common + Nsecs).Replace("3600 300 3600000 3600", "3600 300 3600000 60", StringComparison.Ordinal), "b")));
        string answer = AnswerText.Ask(responder, "ml.example A do size=4096");
        Assert.Contains("\nexample. 60 IN SOA ns1.example. bugs.x.w.example. 1 3600 300 3600000 60\nexample. 60 IN RRSIG SOA\n", answer, StringComparison.Ordinal);
    }

    // RFC 2181 §9, RFC 4035 §3.1.1: a set without the signatures that do not fit is none.
    [Fact]
    public static void A_set_whose_signatures_do_not_fit_is_left_out()
    {
        string text = $"a TXT \"{new string('t', 200)}\"\na RRSIG TXT 5 2 3600 20150420235959 20051021000000 40430 @ {Convert.ToBase64String(new byte[300])}\nm MX 1 a\nm RRSIG MX 5 2 3600 20150420235959 20051021000000 40430 @ AAAA\n"
            + $"a A 192.0.2.1\na RRSIG A 5 2 3600 20150420235959 20051021000000 40430 @ {Convert.ToBase64String(new byte[400])}";
        var responder = new QueryResponder(ZoneText.Catalog(ZoneText.Load("example", text)));
        Assert.Equal("NOERROR aa tc do\n", AnswerText.Ask(responder, "a.example TXT do size=512"));
        Assert.StartsWith("NOERROR aa do\na.example. 3600 IN TXT", AnswerText.Ask(responder, "a.example TXT do size=900"), StringComparison.Ordinal);
        // What only helps is left out whole, too, and the answer is not cut.
        Assert.Equal("NOERROR aa do\nm.example. 3600 IN MX 1 a.example.\nm.example. 3600 IN RRSIG MX\n", AnswerText.Ask(responder, "m.example MX do size=512"));
    }

    // RFC 5155 §7.1: while the salt is changed there are two chains, and each denial is of one. The other's record here stands between the first and what it covers.
    [Fact]
    public static void A_chain_has_one_salt()
    {
        const string Other = "\n0v000000000000000000000000000000 NSEC3 1 1 12 11223344 2t7b4g4vsa5smi47k61mv5bv1a22bojr A";
        Check(new QueryResponder(ZoneText.Catalog(Load(Common + Hashes + Other, "c"))), "B.1", "a.c.x.w.example A", "NXDOMAIN aa do\nauthority\n" + Soa + Nsec3("b4um", "0p9m", "35mt"));
    }

    // RFC 4035 §2.3: what is below a cut has no NSEC of this zone; one that was left there is none of its proofs.
    [Fact]
    public static void What_is_hidden_proves_nothing()
    {
        var responder = new QueryResponder(ZoneText.Catalog(Load(Common + Nsecs + "\nns1.b NSEC ns1 A NSEC", "b")));
        string answer = AnswerText.Ask(responder, "ba.example A do size=4096");
        Assert.Contains("\n" + Nsec("b", "ns1.example. NS RRSIG NSEC"), answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\nns1.b.example.", answer, StringComparison.Ordinal);
    }

    // RFC 5155 §7.2.8, RFC 4592 §3.3.1: it is no encloser either, and stands in the way of no wildcard.
    [Fact]
    public static void Below_the_owner_of_a_hash_a_wildcard_stands_for_names()
    {
        var responder = new QueryResponder(ZoneText.Catalog(Load(Common + Hashes + "\n* TXT \"any\"", null)));
        const string Name = "x.ji6neoaepv8b5o6k4ev33abha8ht9fgc.example";
        Assert.StartsWith($"NOERROR aa do\n{Name}. 3600 IN TXT \"any\"\n", AnswerText.Ask(responder, Name + " TXT do size=4096"), StringComparison.Ordinal);
        Assert.StartsWith("NOERROR aa do\nji6n", AnswerText.Ask(responder, Name[2..] + " TXT do size=4096"), StringComparison.Ordinal);
    }

    // RFC 8020 §2: what has a name below it exists, whatever hash it is; else that name would be gone with it.
    [Fact]
    public static void The_owner_of_a_hash_with_names_below_is_one()
    {
        var responder = new QueryResponder(ZoneText.Catalog(Load(Common + Hashes + "\nsub.ji6neoaepv8b5o6k4ev33abha8ht9fgc A 192.0.2.1\n*.ji6neoaepv8b5o6k4ev33abha8ht9fgc TXT \"any\"", null)));
        Assert.StartsWith("NOERROR aa do\nauthority\n", AnswerText.Ask(responder, "ji6neoaepv8b5o6k4ev33abha8ht9fgc.example A do size=4096"), StringComparison.Ordinal);
        Assert.StartsWith("NOERROR aa do\nsub.ji6n", AnswerText.Ask(responder, "sub.ji6neoaepv8b5o6k4ev33abha8ht9fgc.example A do size=4096"), StringComparison.Ordinal);
        Assert.StartsWith("NOERROR aa do\nother.ji6n", AnswerText.Ask(responder, "other.ji6neoaepv8b5o6k4ev33abha8ht9fgc.example TXT do size=4096"), StringComparison.Ordinal);
    }

    [Fact]
    public static void Nothing_is_proved_to_whom_does_not_ask_for_it() =>
        Assert.Equal("NXDOMAIN aa\nauthority\n" + Soa.Split('\n')[0] + "\n", AnswerText.Ask(Plain, "ml.example A edns"));

    // RFC 8482 §4.1, for signatures: a small question, forged, gets those of one set, which may be several; who comes by a stream is who he says.
    [Theory]
    [InlineData(DnsTransport.Udp, 1, 2)]
    [InlineData(DnsTransport.Tcp, 3, 4)]
    public static void Signatures_that_are_asked_for_are_those_of_one_set_in_a_datagram(DnsTransport transport, int sets, int signatures)
    {
        const string Text = """
            a A 192.0.2.1
            a AAAA 2001:db8::1
            a RRSIG AAAA 5 1 3600 20150420235959 20051021000000 40430 @ AAAA
            a MX 1 a
            a RRSIG MX 5 1 3600 20150420235959 20051021000000 40430 @ AAAA
            a RRSIG MX 5 1 3600 20150420235959 20051021000000 40431 @ AAAA
            a SRV 1 1 1 a
            a RRSIG SRV 5 1 3600 20150420235959 20051021000000 40430 @ AAAA
            """;
        byte[] answer = AnswerText.Respond(new QueryResponder(ZoneText.Catalog(ZoneText.Load("example", Text))), AnswerText.Query("a.example RRSIG do size=4096"), transport);
        Assert.Equal(DnsViolation.None, DnsMessage.Decode(answer, out DnsMessage? message));
        Assert.Equal(signatures, message!.Answers.Count);
        Assert.Equal(sets, message.Answers.Select(record => ((RrsigRecord)record.Rdata).TypeCovered).Distinct().Count());
    }

    // The first wildcard's gap is that of the name that does not exist, too.
    [Fact]
    public static void What_proves_several_things_is_there_once()
    {
        const string Text = """
            @ SOA ns1 bugs.x.w 1 3600 300 3600000 3600
            @ NS ns1.other.
            *.one CNAME a.two
            *.two CNAME nowhere.three
            @ NSEC *.one NS SOA RRSIG NSEC
            *.one NSEC *.two CNAME RRSIG NSEC
            *.two NSEC @ CNAME RRSIG NSEC
            """;
        string answer = AnswerText.Ask(new QueryResponder(ZoneText.Catalog(Load(Text, null))), "a.one.example A do size=4096");
        Assert.StartsWith("NXDOMAIN aa do\n", answer, StringComparison.Ordinal);
        string[] lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Distinct(), lines);
        Assert.Equal(3, lines.Count(line => line.Contains(" IN NSEC ", StringComparison.Ordinal)));
    }

    private static void Check(QueryResponder responder, string example, string question, string answer)
    {
        string actual = AnswerText.Ask(responder, question + " do size=4096");
        // The order within the authority section is nobody's business, but a set's signatures follow it.
        Assert.True(Sorted(answer).SequenceEqual(Sorted(actual)), $"{example}: {question}\nexpected {answer}\nactual {actual}");
    }

    private static IEnumerable<string> Sorted(string answer)
    {
        string[] parts = answer.Split("authority\n");
        return parts.Length == 1 ? parts : [parts[0], .. parts[1].Split("additional\n")[0].Split('\n').Order(StringComparer.Ordinal), .. parts[1].Split("additional\n").Skip(1)];
    }

    private static string Nsec(string owner, string text) => $"{(owner.Length == 0 ? "" : owner + ".")}example. 3600 IN NSEC {text}\n{(owner.Length == 0 ? "" : owner + ".")}example. 3600 IN RRSIG NSEC\n";

    private static string Nsec3(params string[] beginnings) => string.Concat(beginnings.Select(beginning =>
    {
        string[] words = Hashes.Split('\n').Single(line => line.StartsWith(beginning, StringComparison.Ordinal) && line.Contains(" NSEC3 ", StringComparison.Ordinal)).Trim().Split(' ');
        // Types are printed in the order of their numbers, and what is binary in upper case.
        string[] order = ["A", "NS", "SOA", "HINFO", "MX", "AAAA", "DS", "RRSIG", "DNSKEY", "NSEC3PARAM"];
        string text = $"{words[0]}.example. 3600 IN NSEC3 1 1 12 AABBCCDD {words[6].ToUpperInvariant()} {string.Join(' ', words[7..].OrderBy(type => Array.IndexOf(order, type)))}";
        return $"{text.TrimEnd()}\n{words[0]}.example. 3600 IN RRSIG NSEC3\n";
    }));

    private static string AddressesOf(string host, string ipv4, string ipv6) =>
        $"{host}.example. 3600 IN A {ipv4}\n{host}.example. 3600 IN RRSIG A\n{host}.example. 3600 IN AAAA {ipv6}\n{host}.example. 3600 IN RRSIG AAAA\n";

    // Signs each set, and adds the delegations, which are not signed.
    private static Zone Load(string text, string? insecure)
    {
        string[] lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        IEnumerable<string> sets = lines.Select(line => string.Join(' ', line.Split(' ').Take(2))).Distinct();
        IEnumerable<string> signatures = sets.Select(set => $"{set.Split(' ')[0]} RRSIG {set.Split(' ')[1]} 5 1 3600 20150420235959 20051021000000 40430 @ AAAA");
        string delegations = insecure is null ? "" : $"a NS ns1.a\na NS ns2.a\nns1.a A 192.0.2.5\nns2.a A 192.0.2.6\n{insecure} NS ns1.{insecure}\n{insecure} NS ns2.{insecure}\nns1.{insecure} A 192.0.2.7\nns2.{insecure} A 192.0.2.8\n";
        return ZoneText.Load("example", string.Join('\n', [.. lines, .. signatures]) + "\n" + delegations);
    }
}
