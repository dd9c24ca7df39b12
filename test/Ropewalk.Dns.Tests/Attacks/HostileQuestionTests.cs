using System.Net;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Tests.Zones;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Attacks;

/// <summary>What strangers' questions can make a server do.</summary>
public sealed class HostileQuestionTests
{
    /// <summary>The first SOA of an IXFR that is malformed ends the request: thousands of them, each with two names of 254 steps, fit into a message.</summary>
    [Fact]
    public void Of_many_SOA_records_in_a_request_one_is_looked_at()
    {
        ZoneTransferSource source = new(new ZoneCatalog([TestZone.Of(TestZone.Soa)], TestZone.Hash), new TsigGuard(TsigKeyRing.Empty), AccessRules.Everybody);
        byte[] good = Messages.Query(7, "example.org", DnsType.IXFR, 1);
        Assert.NotNull(Begin(source, good, out _));

        // Before the good one stands one whose rdata is a byte too short.
        byte[] question = Messages.Query(7, "example.org", DnsType.IXFR), bad = [0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 0, 0, 23, 0xc0, 12, 0xc0, 12, .. new byte[19]];
        byte[] both = [.. question, .. bad, .. good[question.Length..]];
        both[9] = 2;
        Assert.Null(Begin(source, both, out DnsResponseCode code));
        Assert.Equal(DnsResponseCode.FormatError, code);
    }

    /// <summary>Who takes transfers as slowly as there is, on as many connections as there are, leaves half of them to others.</summary>
    [Fact]
    public void One_peer_holds_no_more_than_half_of_the_transfers()
    {
        ZoneTransferSource source = new(new ZoneCatalog([TestZone.Of(TestZone.Soa)], TestZone.Hash), new TsigGuard(TsigKeyRing.Empty), AccessRules.Everybody);
        byte[] asked = Messages.Query(7, "example.org", DnsType.AXFR);
        List<ITransfer?> slow = [.. Enumerable.Range(0, 8).Select(i => Begin(source, asked, out _, $"2001:db8::{i:x}"))];
        Assert.Equal([true, true, true, true, true, false, false, false], slow.Select(transfer => transfer is not null));
        List<ITransfer?> others = [.. Enumerable.Range(0, 6).Select(i => Begin(source, asked, out _, $"192.0.2.{i}"))];
        Assert.Equal([true, true, true, true, true, false], others.Select(transfer => transfer is not null));
        Assert.Null(Begin(source, asked, out DnsResponseCode code, "2001:db8::9"));
        Assert.Equal(DnsResponseCode.ServerFailure, code);

        foreach (ITransfer? transfer in slow.Concat(others))
        {
            transfer?.Dispose();
        }

        Assert.Equal(0, source.TransferCount);
        Assert.NotNull(Begin(source, asked, out _, "2001:db8::9"));
        // By a Unix socket, of which there is no address.
        Assert.All(Enumerable.Range(0, 9), _ => Assert.NotNull(Begin(source, asked, out DnsResponseCode _, null)));
    }

    /// <summary>What nobody asked for is looked up for so many hosts and no more, and told once.</summary>
    [Fact]
    public void Addresses_beside_an_answer_are_told_once_and_of_thirteen_hosts()
    {
        QueryResponder responder = Responder("@ MX 10 mail\n@ MX 20 mail\n@ MX 30 other\nmail A 192.0.2.1\nother A 192.0.2.2\ntwice HTTPS 1 . alpn=h2\ntwice HTTPS 2 . alpn=h3\ntwice A 192.0.2.3\n");
        Assert.Equal(["mail.site.test.", "other.site.test."], HostsBeside(responder, "site.test MX"));
        Assert.Equal(["twice.site.test."], HostsBeside(responder, "twice.site.test HTTPS"));

        string many = string.Concat(Enumerable.Range(0, 1000).Select(i => $"@ MX 1 h{i}\nh{i} A 192.0.2.1\n"));
        Assert.Equal(13, HostsBeside(Responder(many), "site.test MX").Count);
    }

    /// <summary>An alias may lead to a longer name, which is an alias again.</summary>
    [Fact]
    public void An_alias_that_grows_with_each_step_ends()
    {
        // Each step through the DNAME makes the name longer, up to the longest there is.
        QueryResponder responder = Responder("a DNAME b.b.a\n");
        byte[] answer = AnswerText.Respond(responder, AnswerText.Query("x.a.site.test A"), DnsTransport.Tcp);
        Assert.InRange(Messages.HeaderOf(answer).AnswerCount, 17, 34);
        Assert.InRange(answer.Length, 100, 8192);

        // RFC 6672 §2.2: longer than names are.
        answer = AnswerText.Respond(responder, AnswerText.Query($"{string.Concat(Enumerable.Repeat("x.", 110))}a.site.test A"), DnsTransport.Tcp);
        Assert.Equal(DnsResponseCode.NameExists, Messages.HeaderOf(answer).ResponseCode);
    }

    private static List<string> HostsBeside(QueryResponder responder, string question) =>
        [.. Messages.RecordsOf(AnswerText.Respond(responder, AnswerText.Query(question), DnsTransport.Tcp), DnsSection.Additional).Select(record => record.Split(' ')[0])];

    private static QueryResponder Responder(string text) => new(ZoneText.Catalog(ZoneText.Load("site.test", text)));

    private static ITransfer? Begin(ZoneTransferSource source, byte[] asked, out DnsResponseCode code, string? peer = "192.0.2.9")
    {
        byte[] response = new byte[DnsLimits.MessageBytes];
        TransferStart start = source.Begin(asked, new MessageOrigin(peer is null ? default : new PeerAddress(IPAddress.Parse(peer), 53), DnsTransport.Tcp, Messages.Now), response);
        Assert.True(start.IsAsked);
        code = start.Transfer is null ? Messages.HeaderOf(response[..start.ResponseBytes]).ResponseCode : DnsResponseCode.NoError;
        return start.Transfer;
    }
}
