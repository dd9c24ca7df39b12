using System.Globalization;
using System.Net;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>What forged questions gain, in bytes.</summary>
public sealed class RateLimitedResponderTests
{
    private const int AnswerBytes = 1232;

    private static readonly EdnsCookieSecret Secret = new("0123456789abcdef"u8);
    private static readonly PeerAddress Victim = new(IPAddress.Parse("192.0.2.1"), 53);

    [Theory]
    [InlineData(DnsType.ANY)]
    [InlineData(DnsType.DNSKEY)]
    public void A_flood_in_the_name_of_another_sends_less_than_it_has_taken(DnsType type)
    {
        RateLimitedResponder responder = Responder();
        byte[] question = Messages.Query(1, "example.org", type, edns: true);
        (long asked, long sent) = Flood(responder, _ => question, perSecond: 10_000, seconds: 10);
        // 125 and 50 each second at 1,232 bytes; and half of the others, cut, at no more than the question's length.
        Assert.True(sent < asked, $"{asked} bytes have come and {sent} were sent");
        Assert.True(sent <= ((125 + (50 * 10)) * AnswerBytes) + (asked / 2), $"{sent} bytes were sent");
    }

    [Fact]
    public void A_slow_flood_gains_no_more_than_the_rate()
    {
        RateLimitedResponder responder = Responder();
        byte[] question = Messages.Query(1, "example.org", DnsType.ANY, edns: true);
        (_, long sent) = Flood(responder, _ => question, perSecond: 200, seconds: 60);
        Assert.True(sent / 60 <= ((50 + 3) * AnswerBytes) + (200 * question.Length / 2), $"{sent / 60} bytes were sent each second");
    }

    [Fact]
    public void A_flood_with_all_names_of_a_zone_is_bounded_too()
    {
        RateLimitedResponder responder = Responder();
        byte[][] questions = [.. Enumerable.Range(0, 5000).Select(i => Messages.Query(1, $"a{i}.example.org", DnsType.ANY, edns: true))];
        (long asked, long sent) = Flood(responder, i => questions[i % questions.Length], perSecond: 10_000, seconds: 10);
        Assert.True(sent <= ((4000 + (1600 * 10)) * AnswerBytes) + (asked / 2), $"{sent} bytes were sent");
    }

    [Theory]
    [InlineData("a{0}.wild.example.org", DnsType.TXT)]
    [InlineData("a{0}.B{0}.WILD.example.org", DnsType.ANY)]
    [InlineData("a{0}.alias.example.org", DnsType.A)]
    [InlineData("a{0}.dname.example.org", DnsType.TXT)]
    public void Names_that_are_made_up_below_a_wildcard_or_a_DNAME_have_one_rate(string name, DnsType type)
    {
        Zone zone = TestZone.Of(
            TestZone.Soa,
            "*.wild.example.org. 60 IN TXT " + string.Join(' ', Enumerable.Repeat(new string('x', 200), 5)),
            "*.alias.example.org. 60 IN CNAME a.elsewhere.",
            "dname.example.org. 60 IN DNAME wild.example.org.",
            "exact.example.org. 60 IN A 192.0.2.1");
        RateLimitedResponder responder = new(new QueryResponder(new ZoneCatalog([zone], TestZone.Hash)), new ResponseRateLimiter(new ResponseRateLimits { Slip = 0 }, TestZone.Hash));
        byte[] response = new byte[AnswerBytes];
        int answered = Enumerable.Range(0, 3000).Count(i => responder.Respond(Messages.Query(1, string.Format(CultureInfo.InvariantCulture, name, i), type, edns: true), Origin(DnsTransport.Udp, i), response) > 0);
        Assert.InRange(answered, 125, 125 + (50 * 3) + 1);
        // Those with records of their own still have a rate each.
        Assert.True(responder.Respond(Messages.Query(1, "exact.example.org"), Origin(DnsTransport.Udp, 3000), response) > 0);
    }

    [Fact]
    public void What_says_that_it_was_cut_is_never_longer_than_the_question()
    {
        RateLimitedResponder responder = Responder();
        byte[][] questions = [Messages.Query(1), Messages.Query(1, edns: true), Messages.Query(1, edns: true, keepalive: true), [.. Messages.Query(1), 0, 0]];
        byte[] response = new byte[AnswerBytes];
        foreach (byte[] question in questions)
        {
            for (int i = 0; i < 1000; i++)
            {
                int length = responder.Respond(question, Origin(DnsTransport.Udp, i), response);
                if (length is 0 or AnswerBytes)
                {
                    continue;
                }

                Assert.True(length <= question.Length);
                byte[] cut = response[..length];
                Assert.Equal((1, true, true, 1, 0), (Messages.HeaderOf(cut).Id, Messages.HeaderOf(cut).IsResponse, Messages.HeaderOf(cut).IsTruncated, Messages.HeaderOf(cut).QuestionCount, Messages.HeaderOf(cut).AnswerCount));
                Assert.Empty(Messages.RecordsOf(cut));
                EdnsView.Find(cut, out EdnsView edns, out bool hasEdns);
                Assert.Equal(question.Length > Messages.Query(1).Length + 2, hasEdns);
                Assert.True(!hasEdns || (edns.DnssecOk && edns.DatagramBytes == 1232));
            }
        }
    }

    [Theory]
    [InlineData(DnsTransport.Tcp)]
    [InlineData(DnsTransport.Tls)]
    public void A_stream_is_not_limited(DnsTransport transport)
    {
        RateLimitedResponder responder = Responder();
        byte[] response = new byte[DnsLimits.MessageBytes];
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(AnswerBytes, responder.Respond(Messages.Query(1), Origin(transport), response)));
    }

    [Fact]
    public void Who_has_a_cookie_of_ours_is_not_limited_and_who_has_made_one_up_is()
    {
        byte[] response = new byte[DnsLimits.MessageBytes];
        Assert.Equal(1000, Whole(Victim, Messages.Now));
        Assert.Equal(125, Whole(new PeerAddress(IPAddress.Parse("192.0.2.2"), 53), Messages.Now));
        Assert.Equal(125, Whole(Victim, Messages.Now.AddHours(-2)));

        int Whole(PeerAddress of, DateTimeOffset made)
        {
            RateLimitedResponder responder = Responder();
            byte[] question = WithCookie(of, made);
            return Enumerable.Range(0, 1000).Count(_ => responder.Respond(question, Origin(DnsTransport.Udp), response) == AnswerBytes);
        }
    }

    [Theory]
    [InlineData("secret", 300)]
    [InlineData("forged", 125)]
    public void Who_has_signed_well_is_not_limited_and_who_has_not_is(string secret, int expected)
    {
        TsigKey key = new(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha256, "secret"u8);
        TsigKey mine = new(key.Name, key.Algorithm, System.Text.Encoding.ASCII.GetBytes(secret));
        QueryResponder inner = new(new ZoneCatalog([TestZone.Of(TestZone.Soa)], TestZone.Hash), new QueryResponderOptions { Keys = new TsigKeyRing(key) });
        RateLimitedResponder responder = new(inner, new ResponseRateLimiter(new ResponseRateLimits { TableEntries = 4096, Slip = 0 }, TestZone.Hash));
        byte[] question = Messages.Sign(new TsigTransaction(mine), Messages.Query(1, "example.org", DnsType.SOA)), response = new byte[AnswerBytes];
        Assert.Equal(expected, Enumerable.Range(0, 300).Count(_ => responder.Respond(question, Origin(DnsTransport.Udp), response) > 0));
    }

    [Fact]
    public void Answers_are_classed_by_what_is_in_them()
    {
        const string Soa = "example.org. 300 IN SOA ns.example.org. root.example.org. 1 1 1 1 1";
        Assert.Equal((ResponseClass.Positive, "www.example.org."), Classify(DnsResponseCode.NoError, DnsType.A, "www.example.org. 1 IN A 192.0.2.1", null));
        Assert.Equal((ResponseClass.Any, "www.example.org."), Classify(DnsResponseCode.NoError, DnsType.ANY, "www.example.org. 1 IN A 192.0.2.1", null));
        Assert.Equal((ResponseClass.NoRecords, "example.org."), Classify(DnsResponseCode.NoError, DnsType.A, null, Soa));
        Assert.Equal((ResponseClass.NoRecords, "."), Classify(DnsResponseCode.NoError, DnsType.A, null, null));
        Assert.Equal((ResponseClass.NameError, "example.org."), Classify(DnsResponseCode.NameError, DnsType.A, null, Soa));
        Assert.Equal((ResponseClass.NameError, "example.org."), Classify(DnsResponseCode.NameError, DnsType.A, "www.example.org. 1 IN CNAME x.example.org.", Soa));
        Assert.Equal((ResponseClass.Referral, "sub.example.org."), Classify(DnsResponseCode.NoError, DnsType.A, null, "sub.example.org. 1 IN NS ns.sub.example.org."));
        Assert.Equal((ResponseClass.Error, "."), Classify(DnsResponseCode.Refused, DnsType.A, null, null));
        byte[] name = new byte[DnsLimits.NameBytes];
        Assert.Equal(ResponseClass.Error, RateLimitedResponder.Classify([1, 2, 3], name, out int length, out _));
        Assert.Equal(1, length);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        RateLimitedResponder responder = Responder();
        byte[] question = WithCookie(new PeerAddress(IPAddress.Parse("192.0.2.2"), 53), Messages.Now), response = new byte[AnswerBytes];
        MessageOrigin origin = Origin(DnsTransport.Udp);
        for (int i = 0; i < 500; i++)
        {
            responder.Respond(question, origin, response);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            responder.Respond(question, origin, response);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static (long Asked, long Sent) Flood(RateLimitedResponder responder, Func<int, byte[]> question, int perSecond, int seconds)
    {
        long asked = 0, sent = 0;
        byte[] response = new byte[AnswerBytes];
        for (int i = 0; i < perSecond * seconds; i++)
        {
            asked += question(i).Length;
            sent += responder.Respond(question(i), Origin(DnsTransport.Udp, 1000.0 * i / perSecond), response);
        }

        return (asked, sent);
    }

    private static (ResponseClass Class, string Name) Classify(DnsResponseCode code, DnsType type, string? answer, string? authority)
    {
        byte[] message = new byte[512], name = new byte[DnsLimits.NameBytes];
        DnsMessageWriter writer = new(message);
        writer.TryWriteQuestion(DomainName.Parse("www.example.org").Wire, type, DnsClass.IN);
        foreach ((DnsSection section, string? line) in ((DnsSection, string?)[])[(DnsSection.Answer, answer), (DnsSection.Authority, authority)])
        {
            writer.GoTo(section);
            Assert.True(line is null || ResourceRecord.Parse(line).TryWrite(ref writer));
        }

        int bytes = writer.Finish(new DnsHeader(1, 0x8000) { ResponseCode = code });
        ResponseClass kind = RateLimitedResponder.Classify(message.AsSpan(0, bytes), name, out int length, out _);
        DomainName.Decode(name.AsSpan(0, length), out DomainName? found);
        return (kind, found!.ToString());
    }

    private static byte[] WithCookie(PeerAddress of, DateTimeOffset made)
    {
        byte[] message = new byte[512], cookie = new byte[24], address = new byte[16];
        Secret.Write(cookie.AsSpan(0, 8), address.AsSpan(0, of.CopyAddressTo(address)), made, cookie.AsSpan(8));
        DnsMessageWriter writer = new(message);
        writer.TryWriteQuestion(DomainName.Parse("www.example.org").Wire, DnsType.A, DnsClass.IN);
        Assert.True(writer.TryBeginOpt(1232) && writer.TryWriteOption(EdnsOptionCode.Cookie, cookie));
        writer.EndOpt();
        return message[..writer.Finish(new DnsHeader(1, 0))];
    }

    private static MessageOrigin Origin(DnsTransport transport, double milliseconds = 0) => new(Victim, transport, Messages.Now.AddMilliseconds(milliseconds));

    private static RateLimitedResponder Responder() =>
        new(new LongAnswers(), new ResponseRateLimiter(new ResponseRateLimits { TableEntries = 65_536 }, TestZone.Hash), Secret);

    /// <summary>Answers every question with as long a record as a datagram has.</summary>
    private sealed class LongAnswers : IMessageResponder
    {
        public int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response)
        {
            DnsMessageReader.Begin(message, out DnsMessageReader reader);
            reader.TryReadQuestion(out _, out _);
            message[..reader.Position].CopyTo(response);
            (reader.Header.ToResponse(DnsResponseCode.NoError) with { QuestionCount = 1, AnswerCount = 1 }).Encode(response);
            Span<byte> record = response[reader.Position..AnswerBytes];
            record.Clear();
            int rdata = record.Length - 12;
            ReadOnlySpan<byte> head = [0xc0, 12, 0xff, 0, 0, 1, 0, 0, 0, 0, (byte)(rdata >> 8), (byte)rdata];
            head.CopyTo(record);
            return AnswerBytes;
        }
    }
}
