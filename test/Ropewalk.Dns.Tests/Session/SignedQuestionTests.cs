using System.Net;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>Signatures, access, transfers in datagrams and keepalive, by the responder that a server has.</summary>
public sealed class SignedQuestionTests
{
    private static readonly TsigKey Key = new(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha256, "secret"u8);

    private readonly ZoneCatalog _zones = new(
        [TestZone.Of([TestZone.Soa, "www.example.org. 60 IN A 192.0.2.1", .. Enumerable.Range(0, 26).Select(i => $"big.example.org. 60 IN A 192.0.2.{i}")])],
        TestZone.Hash);

    [Theory]
    [InlineData(DnsTransport.Udp)]
    [InlineData(DnsTransport.Tcp)]
    public void A_signed_question_has_a_signed_answer(DnsTransport transport)
    {
        TsigTransaction client = new(Key);
        byte[] answer = Respond(Responder(), Messages.Sign(client, Messages.Query(1, edns: true)), transport);
        Assert.Equal(["www.example.org. 60 IN A 192.0.2.1"], Messages.RecordsOf(answer).Select(Plain));
        Assert.Equal(DnsResponseCode.NoError, Messages.Check(client, answer));
        Assert.Null(Messages.TsigOf(Respond(Responder(), Messages.Query(1), transport)));
    }

    [Fact]
    public void A_signature_fits_what_the_client_can_take()
    {
        // 26 addresses are 448 bytes: with the signature more than 512.
        byte[] plain = Respond(Responder(), Messages.Query(1, "big.example.org"), DnsTransport.Udp);
        Assert.InRange(plain.Length, 440, 512);
        TsigTransaction client = new(Key);
        byte[] cut = Respond(Responder(), Messages.Sign(client, Messages.Query(1, "big.example.org")), DnsTransport.Udp);
        Assert.True(Messages.HeaderOf(cut).IsTruncated && cut.Length <= 512);
        Assert.Equal(DnsResponseCode.NoError, Messages.Check(client, cut));
    }

    [Fact]
    public void A_bad_signature_is_NOTAUTH_and_a_malformed_one_FORMERR()
    {
        byte[] bad = Messages.Sign(new TsigTransaction(Key), Messages.Query(1, edns: true));
        bad[13] ^= 1;
        byte[] answer = Respond(Responder(), bad, DnsTransport.Udp);
        Assert.Equal((DnsResponseCode.NotAuthorized, 1), (Messages.HeaderOf(answer).ResponseCode, Messages.HeaderOf(answer).QuestionCount));
        Assert.Equal((DnsResponseCode.BadSignature, 0, "key.example."), Messages.TsigOf(answer));
        Assert.Empty(Messages.RecordsOf(answer));

        byte[] twice = [.. bad, .. bad[Messages.Query(1, edns: true).Length..]];
        twice[11]++;
        answer = Respond(Responder(), twice, DnsTransport.Udp);
        Assert.Equal(DnsResponseCode.FormatError, Messages.HeaderOf(answer).ResponseCode);
        Assert.Null(Messages.TsigOf(answer));
    }

    [Fact]
    public void Who_may_not_ask_is_refused_and_a_key_opens()
    {
        QueryResponder responder = Responder(AccessRules.Parse("10.0.0.0/8", "key key.example."));
        Assert.Equal(DnsResponseCode.Refused, Messages.HeaderOf(Respond(responder, Messages.Query(1), DnsTransport.Udp)).ResponseCode);
        Assert.Equal(DnsResponseCode.NoError, Messages.HeaderOf(Respond(responder, Messages.Sign(new TsigTransaction(Key), Messages.Query(1)), DnsTransport.Udp)).ResponseCode);
    }

    [Fact]
    public void Transfers_in_datagrams_are_a_SOA_or_an_error()
    {
        ZoneTransferSource transfers = new(_zones, new TsigGuard(new TsigKeyRing(Key)), AccessRules.Everybody);
        QueryResponder responder = new(_zones, new QueryResponderOptions { Transfers = transfers });
        Assert.Single(Messages.RecordsOf(Respond(responder, Messages.Query(1, "example.org", DnsType.IXFR, 1), DnsTransport.Udp)));
        Assert.Equal(DnsResponseCode.FormatError, Messages.HeaderOf(Respond(responder, Messages.Query(1, "example.org", DnsType.AXFR), DnsTransport.Udp)).ResponseCode);
        transfers.Rules = AccessRules.Nobody;
        Assert.Equal(DnsResponseCode.Refused, Messages.HeaderOf(Respond(responder, Messages.Query(1, "example.org", DnsType.IXFR, 1), DnsTransport.Udp)).ResponseCode);
    }

    [Fact]
    public void A_notice_is_refused_and_an_answer_not_answered()
    {
        byte[] notice = Messages.Query(1, "example.org", DnsType.SOA);
        notice[2] |= (byte)DnsOpcode.Notify << 3;
        Assert.Equal(DnsResponseCode.Refused, Messages.HeaderOf(Respond(Responder(), notice, DnsTransport.Udp)).ResponseCode);
        notice[2] |= 0x80;
        Assert.Empty(Respond(Responder(), notice, DnsTransport.Udp));
        Assert.Empty(Respond(Responder(), notice[..11], DnsTransport.Udp));
    }

    [Fact]
    public void Keepalive_is_told_on_streams_to_who_asks()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), KeepaliveOf(Respond(Responder(), Messages.Query(1, edns: true, keepalive: true), DnsTransport.Tcp)));
        Assert.Null(KeepaliveOf(Respond(Responder(), Messages.Query(1, edns: true), DnsTransport.Tcp)));
        Assert.Null(KeepaliveOf(Respond(Responder(), Messages.Query(1, edns: true, keepalive: true), DnsTransport.Udp)));
        byte[] signed = Messages.Sign(new TsigTransaction(Key), Messages.Query(1, edns: true, keepalive: true));
        Assert.Equal(TimeSpan.FromSeconds(30), KeepaliveOf(Respond(Responder(), signed, DnsTransport.Tls)));
    }

    [Fact]
    public void Any_bytes_do_no_harm()
    {
        QueryResponder responder = Responder();
        byte[] response = new byte[DnsLimits.DatagramBytes];
        byte[] signed = Messages.Sign(new TsigTransaction(Key), Messages.Query(1, edns: true));
        Random random = new(1);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] message = [.. signed[..random.Next(signed.Length + 1)]];
            for (int changes = random.Next(4); changes > 0 && message.Length > 0; changes--)
            {
                message[random.Next(message.Length)] = (byte)random.Next(256);
            }

            Assert.InRange(responder.Respond(message, Origin(DnsTransport.Udp), response), 0, DnsLimits.DatagramBytes);
        }
    }

    private static TimeSpan? KeepaliveOf(byte[] answer)
    {
        EdnsView.Find(answer, out EdnsView edns, out _);
        if (!edns.TryFind(EdnsOptionCode.TcpKeepalive, out ReadOnlySpan<byte> value))
        {
            return null;
        }

        Assert.Equal(DnsViolation.None, EdnsKeepalive.Decode(value, out TimeSpan? idle));
        return idle;
    }

    private static string Plain(string record) => record.Replace('\t', ' ');

    private static MessageOrigin Origin(DnsTransport transport) =>
        new(new PeerAddress(IPAddress.Parse("192.0.2.9"), 53), transport, Messages.Now) { IdleTimeout = transport == DnsTransport.Udp ? null : TimeSpan.FromSeconds(30) };

    private static byte[] Respond(QueryResponder responder, byte[] message, DnsTransport transport)
    {
        byte[] response = new byte[transport == DnsTransport.Udp ? DnsLimits.DatagramBytes : DnsLimits.MessageBytes];
        return response[..responder.Respond(message, Origin(transport), response)];
    }

    private QueryResponder Responder(AccessRules? rules = null) => new(_zones, new QueryResponderOptions { Keys = new TsigKeyRing(Key), Access = rules ?? AccessRules.Everybody });
}
