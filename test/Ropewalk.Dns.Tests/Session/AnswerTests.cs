using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Zones;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>What is answered to whom asks for what, in zones without signatures. The wildcard's zone is the example of RFC 4592 §2.2.1.</summary>
public static class AnswerTests
{
    private const string Site = """
        @ SOA ns.example. host.example. 1 7200 900 604800 300
        @ NS ns.example.
        @ NS ns2
        @ MX 10 mail
        @ MX 20 mail.other.test.
        ns2 A 192.0.2.2
        mail A 192.0.2.25
        mail AAAA 2001:db8::25
        www A 192.0.2.80
        www A 192.0.2.81
        www TXT "one"
        alias CNAME www
        chain CNAME alias
        away CNAME www.other.test.
        dead CNAME nowhere
        loop1 CNAME loop2
        loop2 CNAME loop1
        a.b.c A 192.0.2.3
        _sip._udp SRV 0 0 5060 mail
        svc HTTPS 1 . alpn=h2
        svc A 192.0.2.4
        gone SVCB 0 .
        gone A 192.0.2.5
        child NS ns.child
        child NS ns.sister
        child NS ns.other.test.
        ns.child A 192.0.2.5
        tocut CNAME x.sister
        sister NS ns.sister
        ns.sister A 192.0.2.6
        hidden.child A 192.0.2.7
        tree DNAME trunk.other.test.
        below.tree A 192.0.2.8
        here DNAME there
        x.there A 192.0.2.9
        """;

    private const string Wild = """
        $ORIGIN example.
        @ 3600 SOA ns.example.com. host.example.com. 1 7200 900 604800 300
        @ NS ns.example.com.
        @ NS ns.example.net.
        * TXT "this is a wildcard"
        * MX 10 host1.example.
        sub.* TXT "this is not a wildcard"
        host1 A 192.0.2.1
        _ssh._tcp.host1 SRV 0 0 22 host1
        _ssh._tcp.host2 SRV 0 0 22 host1
        subdel NS ns.example.com.
        subdel NS ns.example.net.
        *.alias CNAME host1
        """;

    private static readonly QueryResponder Responder = new(ZoneText.Catalog(ZoneText.Load("site.test", Site), ZoneText.Load("example", Wild)));

    private const string Soa = "site.test. 300 IN SOA ns.example. host.example. 1 7200 900 604800 300\n";
    private const string WildSoa = "example. 300 IN SOA ns.example.com. host.example.com. 1 7200 900 604800 300\n";

    public static TheoryData<string, string> Answers => new()
    {
        { "www.site.test A", "NOERROR aa\nwww.site.test. 3600 IN A 192.0.2.80\nwww.site.test. 3600 IN A 192.0.2.81\n" },
        // RFC 4343: in whatever case, and the question's is kept.
        { "WWW.Site.TEST TXT rd", "NOERROR aa rd\nWWW.Site.TEST. 3600 IN TXT \"one\"\n" },
        { "site.test SOA", "NOERROR aa\nsite.test. 3600 IN SOA ns.example. host.example. 1 7200 900 604800 300\n" },
        { "site.test NS", "NOERROR aa\nsite.test. 3600 IN NS ns.example.\nsite.test. 3600 IN NS ns2.site.test.\nadditional\nns2.site.test. 3600 IN A 192.0.2.2\n" },
        { "site.test MX", "NOERROR aa\nsite.test. 3600 IN MX 10 mail.site.test.\nsite.test. 3600 IN MX 20 mail.other.test.\nadditional\nmail.site.test. 3600 IN A 192.0.2.25\nmail.site.test. 3600 IN AAAA 2001:db8::25\n" },
        { "_sip._udp.site.test SRV", "NOERROR aa\n_sip._udp.site.test. 3600 IN SRV 0 0 5060 mail.site.test.\nadditional\nmail.site.test. 3600 IN A 192.0.2.25\nmail.site.test. 3600 IN AAAA 2001:db8::25\n" },
        // RFC 9460 §2.5.2: a dot is the owner itself.
        { "svc.site.test HTTPS", "NOERROR aa\nsvc.site.test. 3600 IN HTTPS 1 . alpn=\"h2\"\nadditional\nsvc.site.test. 3600 IN A 192.0.2.4\n" },
        // RFC 9460 §2.5.1: of an alias it says that there is no such service.
        { "gone.site.test SVCB", "NOERROR aa\ngone.site.test. 3600 IN SVCB 0 .\n" },
        // RFC 2308 §2.1, §2.2: the name is not there, or not with the type; the SOA with the lesser TTL.
        { "nope.site.test A", "NXDOMAIN aa\nauthority\n" + Soa },
        { "www.site.test AAAA", "NOERROR aa\nauthority\n" + Soa },
        { "deep.below.www.site.test A", "NXDOMAIN aa\nauthority\n" + Soa },
        // RFC 4592 §2.2.2: only names below are there.
        { "c.site.test A", "NOERROR aa\nauthority\n" + Soa },
        { "b.c.site.test A", "NOERROR aa\nauthority\n" + Soa },
        { "x.c.site.test A", "NXDOMAIN aa\nauthority\n" + Soa },
        // Aliases.
        { "alias.site.test A", "NOERROR aa\nalias.site.test. 3600 IN CNAME www.site.test.\nwww.site.test. 3600 IN A 192.0.2.80\nwww.site.test. 3600 IN A 192.0.2.81\n" },
        { "alias.site.test CNAME", "NOERROR aa\nalias.site.test. 3600 IN CNAME www.site.test.\n" },
        { "chain.site.test TXT", "NOERROR aa\nchain.site.test. 3600 IN CNAME alias.site.test.\nalias.site.test. 3600 IN CNAME www.site.test.\nwww.site.test. 3600 IN TXT \"one\"\n" },
        { "chain.site.test AAAA", "NOERROR aa\nchain.site.test. 3600 IN CNAME alias.site.test.\nalias.site.test. 3600 IN CNAME www.site.test.\nauthority\n" + Soa },
        { "away.site.test A", "NOERROR aa\naway.site.test. 3600 IN CNAME www.other.test.\n" },
        // RFC 6604 §3: the result is the last name's.
        { "dead.site.test A", "NXDOMAIN aa\ndead.site.test. 3600 IN CNAME nowhere.site.test.\nauthority\n" + Soa },
        // Delegations: no answer, no authority; the addresses of servers below the cut, and those that help.
        { "child.site.test A", "NOERROR\nauthority\nchild.site.test. 3600 IN NS ns.child.site.test.\nchild.site.test. 3600 IN NS ns.other.test.\nchild.site.test. 3600 IN NS ns.sister.site.test.\nadditional\nns.child.site.test. 3600 IN A 192.0.2.5\nns.sister.site.test. 3600 IN A 192.0.2.6\n" },
        { "x.y.sister.site.test A", "NOERROR\nauthority\nsister.site.test. 3600 IN NS ns.sister.site.test.\nadditional\nns.sister.site.test. 3600 IN A 192.0.2.6\n" },
        { "ns.sister.site.test A", "NOERROR\nauthority\nsister.site.test. 3600 IN NS ns.sister.site.test.\nadditional\nns.sister.site.test. 3600 IN A 192.0.2.6\n" },
        { "sister.site.test NS", "NOERROR\nauthority\nsister.site.test. 3600 IN NS ns.sister.site.test.\nadditional\nns.sister.site.test. 3600 IN A 192.0.2.6\n" },
        // RFC 1035 §4.1.1: authority is that of the first name, wherever its alias leads.
        { "tocut.site.test A", "NOERROR aa\ntocut.site.test. 3600 IN CNAME x.sister.site.test.\nauthority\nsister.site.test. 3600 IN NS ns.sister.site.test.\nadditional\nns.sister.site.test. 3600 IN A 192.0.2.6\n" },
        // RFC 4035 §3.1.4.1: the DS is this side's, and there is none.
        { "sister.site.test DS", "NOERROR aa\nauthority\n" + Soa },
        { "site.test DS", "NOERROR aa\nauthority\n" + Soa },
        // RFC 6672 §3.2: what is below a DNAME is hidden, and stands for another tree.
        { "x.tree.site.test A", "NOERROR aa\ntree.site.test. 3600 IN DNAME trunk.other.test.\nx.tree.site.test. 3600 IN CNAME x.trunk.other.test.\n" },
        { "below.tree.site.test A", "NOERROR aa\ntree.site.test. 3600 IN DNAME trunk.other.test.\nbelow.tree.site.test. 3600 IN CNAME below.trunk.other.test.\n" },
        // RFC 1034 §4.3.2, step 3a: what was asked for is there, and nothing is followed.
        { "y.here.site.test CNAME", "NOERROR aa\nhere.site.test. 3600 IN DNAME there.site.test.\ny.here.site.test. 3600 IN CNAME y.there.site.test.\n" },
        { "y.here.site.test ANY", "NOERROR aa\nhere.site.test. 3600 IN DNAME there.site.test.\ny.here.site.test. 3600 IN CNAME y.there.site.test.\n" },
        // RFC 4035 §2.5: the NSEC at an alias would be the alias's own.
        { "alias.site.test NSEC", "NOERROR aa\nauthority\n" + Soa },
        { "alias.site.test RRSIG", "NOERROR aa\nauthority\n" + Soa },
        { "tree.site.test DNAME", "NOERROR aa\ntree.site.test. 3600 IN DNAME trunk.other.test.\n" },
        { "tree.site.test A", "NOERROR aa\nauthority\n" + Soa },
        { "x.here.site.test A", "NOERROR aa\nhere.site.test. 3600 IN DNAME there.site.test.\nx.here.site.test. 3600 IN CNAME x.there.site.test.\nx.there.site.test. 3600 IN A 192.0.2.9\n" },
        { "y.here.site.test A", "NXDOMAIN aa\nhere.site.test. 3600 IN DNAME there.site.test.\ny.here.site.test. 3600 IN CNAME y.there.site.test.\nauthority\n" + Soa },
        // RFC 8482 §4.1: one record set of all.
        { "www.site.test ANY", "NOERROR aa\nwww.site.test. 3600 IN A 192.0.2.80\nwww.site.test. 3600 IN A 192.0.2.81\n" },
        { "c.site.test ANY", "NOERROR aa\nauthority\n" + Soa },
        { "www.site.test RRSIG", "NOERROR aa\nauthority\n" + Soa },
        // Nobody here knows.
        { "www.other.test A", "REFUSED\n" },
        { "test A", "REFUSED\n" },
        { ". NS", "REFUSED\n" },
        // RFC 4592 §2.2.1: the examples of the RFC, in its order.
        { "host3.example MX", "NOERROR aa\nhost3.example. 3600 IN MX 10 host1.example.\nadditional\nhost1.example. 3600 IN A 192.0.2.1\n" },
        { "host3.example A", "NOERROR aa\nauthority\n" + WildSoa },
        { "foo.bar.example TXT", "NOERROR aa\nfoo.bar.example. 3600 IN TXT \"this is a wildcard\"\n" },
        { "host1.example MX", "NOERROR aa\nauthority\n" + WildSoa },
        { "sub.*.example MX", "NOERROR aa\nauthority\n" + WildSoa },
        { "_telnet._tcp.host1.example SRV", "NXDOMAIN aa\nauthority\n" + WildSoa },
        { "host.subdel.example A", "NOERROR\nauthority\nsubdel.example. 3600 IN NS ns.example.com.\nsubdel.example. 3600 IN NS ns.example.net.\n" },
        { "ghost.*.example MX", "NXDOMAIN aa\nauthority\n" + WildSoa },
        // The wildcard's own name is a name as others.
        { "*.example TXT", "NOERROR aa\n*.example. 3600 IN TXT \"this is a wildcard\"\n" },
        // RFC 4592 §4.6: an alias at a wildcard, for its own type too.
        { "foo.alias.example A", "NOERROR aa\nfoo.alias.example. 3600 IN CNAME host1.example.\nhost1.example. 3600 IN A 192.0.2.1\n" },
        { "foo.alias.example CNAME", "NOERROR aa\nfoo.alias.example. 3600 IN CNAME host1.example.\n" },
        { "host3.example ANY", "NOERROR aa\nhost3.example. 3600 IN MX 10 host1.example.\n" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public static void Answers_as_the_algorithm_says(string question, string answer) => Assert.Equal(answer, AnswerText.Ask(Responder, question));

    // RFC 2181 §5: each alias once, and then it is known that this leads nowhere.
    [Fact]
    public static void A_loop_of_aliases_ends() =>
        Assert.Equal("NOERROR aa\nloop1.site.test. 3600 IN CNAME loop2.site.test.\nloop2.site.test. 3600 IN CNAME loop1.site.test.\n", AnswerText.Ask(Responder, "loop1.site.test A"));

    [Fact]
    public static void A_DNAME_that_is_used_again_is_there_once()
    {
        var responder = new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", "d DNAME e.d\nsame DNAME same")));
        string answer = AnswerText.Ask(responder, "x.d.site.test A size=4096");
        Assert.Equal(1, answer.Split(" DNAME ").Length - 1);
        Assert.Equal(17, answer.Split(" CNAME ").Length - 1);
        Assert.Equal("NOERROR aa\nsame.site.test. 3600 IN DNAME same.site.test.\nx.same.site.test. 3600 IN CNAME x.same.site.test.\n", AnswerText.Ask(responder, "x.same.site.test A"));
    }

    [Fact]
    public static void Hosts_that_several_records_lead_to_are_there_once()
    {
        var responder = new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", "@ MX 1 mail\n@ MX 2 MAIL\n@ MX 3 post\nmail AAAA 2001:db8::1\npost A 192.0.2.1\n")));
        Assert.EndsWith("additional\nmail.site.test. 3600 IN AAAA 2001:db8::1\npost.site.test. 3600 IN A 192.0.2.1\n", AnswerText.Ask(responder, "site.test MX"), StringComparison.Ordinal);
    }

    [Fact]
    public static void Addresses_are_looked_for_of_no_more_than_thirteen_hosts()
    {
        string text = string.Concat(Enumerable.Range(0, 20).Select(i => $"@ SRV 0 0 {i} h{i}\nh{i} A 192.0.2.{i}\n"));
        string answer = AnswerText.Ask(new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", text))), "site.test SRV size=4096");
        Assert.Equal(20, answer.Split(" SRV ").Length - 1);
        Assert.Equal(13, answer.Split(" A ").Length - 1);
    }

    [Fact]
    public static void Records_may_have_no_rdata()
    {
        var responder = new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", "a TYPE999 \\# 0\n@ SOA a. b. 1 2 3 4 5\n@ NS a.\n")));
        Assert.Equal("NOERROR aa\na.site.test. 3600 IN TYPE999 \\# 0\n", AnswerText.Ask(responder, "a.site.test TYPE999"));
    }

    // RFC 2308 §2.2: a name that only has signatures, by a mistake of the zone, has no records.
    [Fact]
    public static void Signatures_alone_are_no_records() =>
        Assert.Equal(
            "NOERROR aa\nauthority\n" + Soa,
            AnswerText.Ask(new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", "@ SOA ns.example. host.example. 1 7200 900 604800 300\n@ NS ns.example.\nodd RRSIG A 5 2 3600 20150420235959 20051021000000 40430 @ AAAA"))), "odd.site.test ANY"));

    // RFC 2181 §5: each record once, by whatever ways one comes to it. A DNAME to the name above makes itself of a name below it.
    [Fact]
    public static void The_signature_of_a_DNAME_that_leads_to_itself_is_there_once()
    {
        const string Signature = "5 3 3600 20150420235959 20051021000000 40430 @ AAAA\n";
        var responder = new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", $"@ SOA ns.example. host.example. 1 7200 900 604800 300\n@ NS ns.example.\na DNAME @\na RRSIG DNAME {Signature}a A 192.0.2.1\na RRSIG A {Signature}")));
        Assert.Equal(
            "NOERROR aa do\na.site.test. 3600 IN DNAME site.test.\na.site.test. 3600 IN RRSIG DNAME\na.a.site.test. 3600 IN CNAME a.site.test.\na.site.test. 3600 IN RRSIG A\n",
            AnswerText.Ask(responder, "a.a.site.test RRSIG do", DnsTransport.Tcp));
    }

    // RFC 2308 §3: the lesser of the SOA's own TTL and its last field.
    [Fact]
    public static void What_does_not_exist_is_kept_no_longer_than_the_SOA()
    {
        Zone zone = ZoneText.Load("site.test", "@ 60 SOA ns.example. host.example. 1 7200 900 604800 300\n@ NS ns.example.\n");
        Assert.Equal(60u, zone.NegativeTtl);
        Assert.Equal("NXDOMAIN aa\nauthority\nsite.test. 60 IN SOA ns.example. host.example. 1 7200 900 604800 300\n", AnswerText.Ask(new QueryResponder(ZoneText.Catalog(zone)), "odd.site.test A"));
    }

    [Fact]
    public static void All_record_sets_are_given_on_a_stream() =>
        Assert.Equal(
            "NOERROR aa\nwww.site.test. 3600 IN A 192.0.2.80\nwww.site.test. 3600 IN A 192.0.2.81\nwww.site.test. 3600 IN TXT \"one\"\n",
            AnswerText.Ask(Responder, "www.site.test ANY", DnsTransport.Tcp));

    [Fact]
    public static void An_alias_leads_into_another_zone_of_the_catalog()
    {
        Zone other = ZoneText.Load("other.test", "www A 192.0.2.100");
        Zone site = ZoneText.Load("site.test", Site);
        Assert.Equal(
            "NOERROR aa\naway.site.test. 3600 IN CNAME www.other.test.\nwww.other.test. 3600 IN A 192.0.2.100\n",
            AnswerText.Ask(new QueryResponder(ZoneText.Catalog(site, other)), "away.site.test A"));
    }

    // RFC 4035 §3.1.4.1: the zone above knows, if it is here too.
    [Fact]
    public static void The_zone_above_answers_for_a_DS()
    {
        Zone above = ZoneText.Load("test", "site NS ns.example.\nsite DS 1 13 2 " + new string('a', 64));
        Zone site = ZoneText.Load("site.test", Site);
        string answer = AnswerText.Ask(new QueryResponder(ZoneText.Catalog(above, site)), "site.test DS");
        Assert.StartsWith("NOERROR aa\nsite.test. 3600 IN DS 1 13 2 ", answer, StringComparison.Ordinal);
        Assert.Equal("NOERROR aa\nsite.test. 3600 IN SOA ns.example. host.example. 1 7200 900 604800 300\n", AnswerText.Ask(new QueryResponder(ZoneText.Catalog(above, site)), "site.test SOA"));
    }

    // RFC 6672 §2.2: no name of more than 255 bytes is made.
    [Fact]
    public static void A_name_that_a_DNAME_makes_too_long_is_YXDOMAIN()
    {
        string label = new('a', 60);
        Zone zone = ZoneText.Load("site.test", $"d DNAME {label}.{label}.{label}");
        string answer = AnswerText.Ask(new QueryResponder(ZoneText.Catalog(zone)), $"a.{label}.d.site.test A size=1232");
        Assert.StartsWith("YXDOMAIN aa\nd.site.test. 3600 IN DNAME ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("CNAME", answer, StringComparison.Ordinal);
        // 255 bytes are no more than a name can have, and 256 are.
        answer = AnswerText.Ask(new QueryResponder(ZoneText.Catalog(zone)), $"{label}.d.site.test A size=1232");
        Assert.StartsWith("NXDOMAIN aa\nd.site.test. 3600 IN DNAME ", answer, StringComparison.Ordinal);
        Assert.Contains($"CNAME {label}.{label}.{label}.{label}.site.test.\n", answer, StringComparison.Ordinal);
        Assert.StartsWith("YXDOMAIN aa\n", AnswerText.Ask(new QueryResponder(ZoneText.Catalog(zone)), $"a{label}.d.site.test A size=1232"), StringComparison.Ordinal);
    }

    [Fact]
    public static void The_root_zone_is_served()
    {
        var root = new QueryResponder(ZoneText.Catalog(ZoneText.Load(".", "@ SOA a. b. 1 2 3 4 5\n@ NS a.root.\na.root. A 192.0.2.1\ntest. NS a.test.\na.test. A 192.0.2.2")));
        Assert.Equal("NOERROR aa\n. 3600 IN NS a.root.\nadditional\na.root. 3600 IN A 192.0.2.1\n", AnswerText.Ask(root, ". NS"));
        Assert.Equal("NOERROR\nauthority\ntest. 3600 IN NS a.test.\nadditional\na.test. 3600 IN A 192.0.2.2\n", AnswerText.Ask(root, "x.test A"));
        Assert.Equal("NXDOMAIN aa\nauthority\n. 5 IN SOA a. b. 1 2 3 4 5\n", AnswerText.Ask(root, "x.nope A"));
    }

    // RFC 2181 §9: what does not fit is left out whole, and the client told; it comes again by a stream.
    [Fact]
    public static void An_answer_that_does_not_fit_is_cut_and_says_so()
    {
        var responder = new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", string.Concat(Enumerable.Range(0, 60).Select(i => $"big A 192.0.2.{i}\n")))));
        Assert.Equal("NOERROR aa tc\n", AnswerText.Ask(responder, "big.site.test A"));
        Assert.Equal("NOERROR aa tc\n", AnswerText.Ask(responder, "big.site.test A size=600"));
        Assert.Equal(60, AnswerText.Ask(responder, "big.site.test A size=1232").Split(" A ").Length - 1);
        Assert.Equal(60, AnswerText.Ask(responder, "big.site.test A", DnsTransport.Tcp).Split(" A ").Length - 1);
    }

    // RFC 9471 §3.1: glue that is needed and does not fit is a reason to come again; what only helps is not.
    [Fact]
    public static void Glue_that_does_not_fit_is_told()
    {
        string servers = string.Concat(Enumerable.Range(0, 12).Select(i => $"child NS n{i:d2}.child\nn{i:d2}.child AAAA 2001:db8::{i}\n"));
        var responder = new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", servers + "@ MX 1 www\nwww TXT \"" + new string('x', 200) + "\"\n")));
        Assert.StartsWith("NOERROR tc\n", AnswerText.Ask(responder, "x.child.site.test A"), StringComparison.Ordinal);
        Assert.StartsWith("NOERROR\n", AnswerText.Ask(responder, "x.child.site.test A size=1232"), StringComparison.Ordinal);
    }
}
