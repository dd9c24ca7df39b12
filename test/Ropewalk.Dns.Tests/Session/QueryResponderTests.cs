using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Zones;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>What is answered to messages that are unusual, or wrong.</summary>
public static class QueryResponderTests
{
    private static readonly QueryResponder Plain = new(ZoneText.Catalog(ZoneText.Load("site.test", "www A 192.0.2.1")));

    private static readonly QueryResponder Full = new(
        ZoneText.Catalog(ZoneText.Load("site.test", "www A 192.0.2.1")),
        new QueryResponderOptions { Identity = "rope-1"u8.ToArray(), Version = "Rope 1", CookieSecret = new EdnsCookieSecret("0123456789abcdef"u8) });

    private static readonly TsigKey Key = new(DomainName.Parse("rope.test"), TsigAlgorithm.HmacSha256, new byte[32]);

    private static readonly QueryResponder Signing = new(ZoneText.Catalog(ZoneText.Load("site.test", "www A 192.0.2.1")), new QueryResponderOptions { Keys = new TsigKeyRing(Key) });

    [Fact]
    public static void What_is_shorter_than_a_header_gets_no_answer()
    {
        byte[] query = AnswerText.Query("www.site.test A");
        for (int length = 0; length < DnsLimits.HeaderBytes; length++)
        {
            Assert.Empty(AnswerText.Respond(Plain, query[..length]));
        }
    }

    // Two servers would else answer each other for ever.
    [Fact]
    public static void An_answer_gets_no_answer()
    {
        byte[] query = AnswerText.Query("www.site.test A");
        query[2] |= 0x80;
        Assert.Empty(AnswerText.Respond(Plain, query));
    }

    [Fact]
    public static void What_is_cut_is_FORMERR_at_every_length()
    {
        byte[] query = AnswerText.Query("www.site.test A edns");
        for (int length = DnsLimits.HeaderBytes; length < query.Length; length++)
        {
            Assert.StartsWith("FORMERR", AnswerText.Print(AnswerText.Respond(Plain, query[..length])), StringComparison.Ordinal);
        }

        Assert.StartsWith("FORMERR", AnswerText.Print(AnswerText.Respond(Plain, [.. query, 0])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(65535)]
    public static void There_is_one_question(int count)
    {
        byte[] query = AnswerText.Query("www.site.test A");
        query[4] = (byte)(count >> 8);
        query[5] = (byte)count;
        Assert.Equal("FORMERR\n", AnswerText.Print(AnswerText.Respond(Plain, query)));
    }

    [Fact]
    public static void A_name_of_the_question_that_points_is_FORMERR()
    {
        byte[] query = [.. new byte[] { 1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, 0xc0, 0x0c, 0, 1, 0, 1];
        Assert.Equal("FORMERR\n", AnswerText.Print(AnswerText.Respond(Plain, query)));
    }

    [Theory]
    [InlineData(DnsOpcode.InverseQuery, "NOTIMP\n")]
    [InlineData(DnsOpcode.Status, "NOTIMP\n")]
    [InlineData(DnsOpcode.Update, "NOTIMP\n")]
    [InlineData(DnsOpcode.StatefulOperation, "NOTIMP\n")]
    [InlineData(DnsOpcode.Notify, "REFUSED\n")]
    public static void Other_operations_are_not_implemented(DnsOpcode opcode, string answer)
    {
        byte[] query = AnswerText.Query("site.test SOA");
        query[2] = (byte)((int)opcode << 3);
        Assert.Equal(answer, AnswerText.Print(AnswerText.Respond(Plain, query)));
    }

    [Theory]
    [InlineData("www.site.test OPT", "FORMERR\n")]
    [InlineData("www.site.test TSIG", "FORMERR\n")]
    [InlineData("www.site.test TKEY", "NOTIMP\n")]
    [InlineData("www.site.test MAILB", "NOTIMP\n")]
    [InlineData("site.test AXFR", "FORMERR\n")]
    public static void Types_that_are_no_data(string question, string answer) => Assert.Equal(answer, AnswerText.Ask(Plain, question));

    // RFC 6891 §6.1.3.
    [Fact]
    public static void A_version_of_EDNS_that_is_not_known_is_BADVERS()
    {
        byte[] query = AnswerText.Query("www.site.test A edns");
        query[^5] = 1;
        byte[] response = AnswerText.Respond(Plain, query);
        Assert.Equal("BADVERS\n", AnswerText.Print(response));
        Assert.Equal(DnsViolation.None, EdnsView.Find(response, out EdnsView edns, out _));
        Assert.Equal(0, edns.Version);
    }

    [Fact]
    public static void Two_OPT_records_are_FORMERR()
    {
        byte[] query = AnswerText.Query("www.site.test A edns");
        byte[] twice = [.. query, .. query[^EdnsView.OptBytes..]];
        twice[11] = 2;
        Assert.StartsWith("FORMERR", AnswerText.Print(AnswerText.Respond(Plain, twice)), StringComparison.Ordinal);
    }

    [Fact]
    public static void EDNS_is_answered_with_EDNS_and_nothing_else_with_it()
    {
        byte[] with = AnswerText.Respond(Plain, AnswerText.Query("www.site.test A do"));
        Assert.Equal("NOERROR aa do\nwww.site.test. 3600 IN A 192.0.2.1\n", AnswerText.Print(with));
        Assert.Equal(DnsViolation.None, EdnsView.Find(with, out EdnsView edns, out bool isThere));
        Assert.True(isThere);
        Assert.Equal(DnsLimits.DatagramBytes, edns.DatagramBytes);
        EdnsView.Find(AnswerText.Respond(Plain, AnswerText.Query("www.site.test A")), out _, out isThere);
        Assert.False(isThere);
    }

    // RFC 6891 §6.2.3: less than 512 is 512; and never more than the server wants to send.
    [Theory]
    [InlineData("size=0 edns", 1232)]
    [InlineData("size=100", 512)]
    [InlineData("size=900", 900)]
    [InlineData("size=4096", 1232)]
    [InlineData("size=65535", 1232)]
    public static void A_datagram_is_never_longer_than_both_sides_take(string words, int most)
    {
        var responder = new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", string.Concat(Enumerable.Range(0, 250).Select(i => $"n{i % 50} TXT \"{new string('x', 14 + (i / 50))}{i}\"\n")))));
        var big = new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", string.Concat(Enumerable.Range(0, 200).Select(i => $"a{i} A 192.0.2.1\n")) + string.Concat(Enumerable.Range(0, 70).Select(i => $"@ NS a{i}\n")))));
        foreach (string question in new[] { "site.test NS", "n1.site.test TXT", "n1.site.test ANY" })
        {
            Assert.True(AnswerText.Respond(question.StartsWith('s') ? big : responder, AnswerText.Query($"{question} {words}")).Length <= most);
        }
    }

    [Theory]
    [InlineData("version.bind TXT ch", "REFUSED\n", "NOERROR\nversion.bind. 0 CH TXT \"Rope 1\"\n")]
    [InlineData("VERSION.server TXT ch", "REFUSED\n", "NOERROR\nVERSION.server. 0 CH TXT \"Rope 1\"\n")]
    [InlineData("id.server TXT ch", "REFUSED\n", "NOERROR\nid.server. 0 CH TXT \"rope-1\"\n")]
    [InlineData("version.bind A ch", "REFUSED\n", "REFUSED\n")]
    [InlineData("version.bind ANY ch", "REFUSED\n", "NOERROR\nversion.bind. 0 CH TXT \"Rope 1\"\n")]
    [InlineData("www.site.test A ch", "REFUSED\n", "REFUSED\n")]
    public static void The_server_tells_of_itself_only_what_it_shall(string question, string plain, string full)
    {
        Assert.Equal(plain, AnswerText.Ask(Plain, question));
        Assert.Equal(full, AnswerText.Ask(Full, question));
    }

    [Fact]
    public static void What_the_server_tells_of_itself_and_does_not_fit_is_cut()
    {
        var long255 = new QueryResponder(ZoneText.Catalog(), new QueryResponderOptions { Identity = new byte[250], Version = new string('v', 250) });
        byte[] query = WithOption("version.bind TXT", EdnsOptionCode.Nsid, []);
        query[^16] = (byte)DnsClass.CH;
        Assert.Equal((byte)DnsType.TXT, query[^18]);
        query[^12] = 2;
        query[^11] = 0;
        Assert.Equal("NOERROR tc\n", AnswerText.Print(AnswerText.Respond(long255, query)));
        Assert.StartsWith("NOERROR\nversion.bind. 0 CH TXT ", AnswerText.Ask(long255, "version.bind TXT ch"), StringComparison.Ordinal);
    }

    [Fact]
    public static void The_identity_is_told_to_whom_asks_for_it()
    {
        byte[] response = AnswerText.Respond(Full, WithOption("www.site.test A", EdnsOptionCode.Nsid, []));
        EdnsView.Find(response, out EdnsView edns, out _);
        Assert.True(edns.TryFind(EdnsOptionCode.Nsid, out ReadOnlySpan<byte> identity));
        Assert.Equal("rope-1"u8, identity);
        EdnsView.Find(AnswerText.Respond(Full, AnswerText.Query("www.site.test A edns")), out edns, out _);
        Assert.False(edns.TryFind(EdnsOptionCode.Nsid, out _));
        EdnsView.Find(AnswerText.Respond(Plain, WithOption("www.site.test A", EdnsOptionCode.Nsid, [])), out edns, out _);
        Assert.False(edns.TryFind(EdnsOptionCode.Nsid, out _));
    }

    // RFC 7873 §5.2.
    [Fact]
    public static void A_cookie_is_answered_with_one_that_is_good_next_time()
    {
        byte[] client = [1, 2, 3, 4, 5, 6, 7, 8];
        byte[] response = AnswerText.Respond(Full, WithOption("www.site.test A", EdnsOptionCode.Cookie, client));
        EdnsView.Find(response, out EdnsView edns, out _);
        Assert.True(edns.TryFind(EdnsOptionCode.Cookie, out ReadOnlySpan<byte> value));
        Assert.Equal(DnsViolation.None, EdnsCookie.Decode(value, out EdnsCookie cookie));
        Assert.Equal(client, cookie.Client);
        Assert.True(new EdnsCookieSecret("0123456789abcdef"u8).Check(cookie, AnswerText.Peer.ToIPAddress().GetAddressBytes(), AnswerText.Now));
    }

    // RFC 7873 §5.4: who has a cookie and no question wants one of ours, or to know whether the one that he has is good.
    [Fact]
    public static void A_cookie_without_a_question_is_answered_with_one()
    {
        byte[] first = AnswerText.Respond(Full, OnlyOption(EdnsOptionCode.Cookie, [1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Equal("NOERROR\n", AnswerText.Print(first));
        EdnsView.Find(first, out EdnsView edns, out _);
        Assert.True(edns.TryFind(EdnsOptionCode.Cookie, out ReadOnlySpan<byte> value));
        byte[] cookie = value.ToArray();
        Assert.Equal(24, cookie.Length);
        Assert.Equal("NOERROR\n", AnswerText.Print(AnswerText.Respond(Full, OnlyOption(EdnsOptionCode.Cookie, cookie))));
        cookie[^1] ^= 1;
        byte[] bad = AnswerText.Respond(Full, OnlyOption(EdnsOptionCode.Cookie, cookie));
        Assert.Equal("BADCOOKIE\n", AnswerText.Print(bad));
        EdnsView.Find(bad, out edns, out _);
        Assert.True(edns.TryFind(EdnsOptionCode.Cookie, out value));
        Assert.Equal(24, value.Length);
        Assert.Equal("FORMERR\n", AnswerText.Print(AnswerText.Respond(Full, OnlyOption(EdnsOptionCode.Cookie, new byte[9]))));
        Assert.Equal("FORMERR\n", AnswerText.Print(AnswerText.Respond(Full, OnlyOption(EdnsOptionCode.Nsid, []))));
        Assert.Equal("FORMERR\n", AnswerText.Print(AnswerText.Respond(Plain, OnlyOption(EdnsOptionCode.Cookie, [1, 2, 3, 4, 5, 6, 7, 8]))));
        var closed = new QueryResponder(ZoneText.Catalog(), new QueryResponderOptions { Access = AccessRules.Nobody, CookieSecret = new EdnsCookieSecret("0123456789abcdef"u8) });
        Assert.Equal("REFUSED\n", AnswerText.Print(AnswerText.Respond(closed, OnlyOption(EdnsOptionCode.Cookie, [1, 2, 3, 4, 5, 6, 7, 8]))));
    }

    // RFC 6891 §6.1.3: what the options of another version mean is not known.
    [Fact]
    public static void Of_another_version_of_EDNS_the_options_are_not_looked_at()
    {
        byte[] query = WithOption("www.site.test A", EdnsOptionCode.Cookie, new byte[7]);
        query[^16] = 1;
        Assert.Equal("BADVERS\n", AnswerText.Print(AnswerText.Respond(Full, query)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(41)]
    public static void A_cookie_of_a_wrong_length_is_FORMERR(int length) =>
        Assert.Equal("FORMERR\n", AnswerText.Print(AnswerText.Respond(Full, WithOption("www.site.test A", EdnsOptionCode.Cookie, new byte[length]))));

    // RFC 7830 §4, RFC 8467 §4.1: only where it is of use, and only for those who pad.
    [Fact]
    public static void Answers_over_TLS_are_padded_if_the_client_pads()
    {
        byte[] query = WithOption("www.site.test A", EdnsOptionCode.Padding, new byte[20]);
        Assert.Equal(468, AnswerText.Respond(Plain, query, DnsTransport.Tls).Length);
        Assert.True(AnswerText.Respond(Plain, query, DnsTransport.Tcp).Length < 100);
        Assert.True(AnswerText.Respond(Plain, AnswerText.Query("www.site.test A edns"), DnsTransport.Tls).Length < 100);
    }

    // RFC 8914 §4.21.
    [Fact]
    public static void A_refusal_says_why()
    {
        EdnsView.Find(AnswerText.Respond(Plain, AnswerText.Query("www.other.test A edns")), out EdnsView edns, out _);
        Assert.True(edns.TryFind(EdnsOptionCode.ExtendedError, out ReadOnlySpan<byte> value));
        Assert.Equal(DnsViolation.None, EdnsExtendedError.Decode(value, out EdnsExtendedError error));
        Assert.Equal(EdnsExtendedErrorCode.NotAuthoritative, error.Code);
        var closed = new QueryResponder(ZoneText.Catalog(ZoneText.Load("site.test", "www A 192.0.2.1")), new QueryResponderOptions { Access = AccessRules.Nobody });
        EdnsView.Find(AnswerText.Respond(closed, AnswerText.Query("www.site.test A edns")), out edns, out _);
        Assert.True(edns.TryFind(EdnsOptionCode.ExtendedError, out value));
        EdnsExtendedError.Decode(value, out error);
        Assert.Equal(EdnsExtendedErrorCode.Prohibited, error.Code);
    }

    // RFC 8945 §5.3: the answer to a good signature is signed by the same key.
    [Fact]
    public static void A_signed_question_gets_a_signed_answer()
    {
        byte[] query = Signed(out TsigTransaction client, Key);
        byte[] response = AnswerText.Respond(Signing, query);
        Assert.StartsWith("NOERROR aa\nwww.site.test. 3600 IN A 192.0.2.1\n", AnswerText.Print(response), StringComparison.Ordinal);
        TsigView.Find(response, out TsigView tsig, out bool isThere);
        Assert.True(isThere);
        Assert.Equal(DnsResponseCode.NoError, client.Check(tsig, AnswerText.Now));
    }

    // RFC 8945 §5.2.1, §5.2.2: NOTAUTH, with the reason in TSIG, and no answer.
    [Fact]
    public static void A_signature_that_is_not_good_is_NOTAUTH()
    {
        var stranger = new TsigKey(DomainName.Parse("nobody.test"), TsigAlgorithm.HmacSha256, new byte[32]);
        Assert.StartsWith("NOTAUTH\n", AnswerText.Print(AnswerText.Respond(Signing, Signed(out _, stranger))), StringComparison.Ordinal);
        byte[] forged = Signed(out _, Key);
        forged[20] ^= 0x20;
        byte[] response = AnswerText.Respond(Signing, forged);
        Assert.StartsWith("NOTAUTH\n", AnswerText.Print(response), StringComparison.Ordinal);
        TsigView.Find(response, out TsigView tsig, out _);
        Assert.Equal(DnsResponseCode.BadSignature, tsig.Error);
        Assert.StartsWith("NOTAUTH\n", AnswerText.Print(AnswerText.Respond(Plain, Signed(out _, Key))), StringComparison.Ordinal);
    }

    [Fact]
    public static void Who_may_not_ask_is_refused_unless_the_question_is_signed()
    {
        var closed = new QueryResponder(
            ZoneText.Catalog(ZoneText.Load("site.test", "www A 192.0.2.1")),
            new QueryResponderOptions { Keys = new TsigKeyRing(Key), Access = AccessRules.Parse("198.51.100.0/24", "key rope.test") });
        Assert.Equal("REFUSED\n", AnswerText.Ask(closed, "www.site.test A"));
        Assert.StartsWith("NOERROR aa\n", AnswerText.Print(AnswerText.Respond(closed, Signed(out _, Key))), StringComparison.Ordinal);
    }

    // RFC 7828 §3.2.1, §3.3.2.
    [Fact]
    public static void How_long_a_stream_is_kept_is_told_on_streams_only()
    {
        byte[] query = WithOption("www.site.test A", EdnsOptionCode.TcpKeepalive, []), response = new byte[600];
        int length = Plain.Respond(query, new MessageOrigin(AnswerText.Peer, DnsTransport.Tcp, AnswerText.Now) { IdleTimeout = TimeSpan.FromSeconds(12) }, response);
        EdnsView.Find(response.AsSpan(0, length), out EdnsView edns, out _);
        Assert.True(edns.TryFind(EdnsOptionCode.TcpKeepalive, out ReadOnlySpan<byte> value));
        Assert.Equal([0, 120], value.ToArray());
        EdnsView.Find(AnswerText.Respond(Plain, query), out edns, out _);
        Assert.False(edns.TryFind(EdnsOptionCode.TcpKeepalive, out _));
    }

    [Fact]
    public static void A_hundred_thousand_answers_allocate_nothing()
    {
        byte[] query = AnswerText.Query("www.site.test A do"), missing = AnswerText.Query("nope.site.test A");
        byte[] response = new byte[4096];
        var origin = new MessageOrigin(AnswerText.Peer, DnsTransport.Udp, AnswerText.Now);
        int length = Full.Respond(query, origin, response) + Full.Respond(missing, origin, response);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50_000; i++)
        {
            length = Full.Respond(query, origin, response) + Full.Respond(missing, origin, response);
        }

        Assert.True(length > 0);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);
    }

    [Fact]
    public static void Nothing_that_comes_is_an_exception()
    {
        var random = new Random(20260101);
        byte[][] seeds = [AnswerText.Query("www.site.test A do"), AnswerText.Query("x.y.site.test ANY"), WithOption("www.site.test A", EdnsOptionCode.Cookie, new byte[24])];
        for (int i = 0; i < 200_000; i++)
        {
            byte[] message = [.. seeds[random.Next(seeds.Length)]];
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                message[random.Next(message.Length)] = (byte)random.Next(256);
            }

            byte[] cut = random.Next(4) == 0 ? message[..random.Next(message.Length)] : message;
            byte[] response = AnswerText.Respond(Full, cut, (DnsTransport)random.Next(3));
            if (response.Length > 0)
            {
                Assert.Equal(cut[..2], response[..2]);
                Assert.True((response[2] & 0x80) != 0);
            }
        }
    }

    private static byte[] Signed(out TsigTransaction transaction, TsigKey key)
    {
        byte[] query = AnswerText.Query("www.site.test A"), message = new byte[600];
        query.CopyTo(message, 0);
        int length = query.Length;
        transaction = new TsigTransaction(key);
        Assert.True(transaction.TrySign(message, ref length, AnswerText.Now));
        return message[..length];
    }

    private static byte[] WithOption(string question, EdnsOptionCode code, byte[] value)
    {
        string[] words = question.Split(' ');
        byte[] message = new byte[600];
        var writer = new DnsMessageWriter(message);
        Assert.True(DnsTypes.TryParse(words[1], out DnsType type));
        writer.TryWriteQuestion(DomainName.Parse(words[0]).Wire, type, DnsClass.IN);
        writer.TryBeginOpt(1232);
        writer.TryWriteOption(code, value);
        writer.EndOpt();
        return message[..writer.Finish(new DnsHeader(99, 0))];
    }

    private static byte[] OnlyOption(EdnsOptionCode code, byte[] value)
    {
        byte[] message = new byte[100];
        var writer = new DnsMessageWriter(message);
        writer.TryBeginOpt(1232);
        writer.TryWriteOption(code, value);
        writer.EndOpt();
        return message[..writer.Finish(new DnsHeader(99, 0))];
    }
}
