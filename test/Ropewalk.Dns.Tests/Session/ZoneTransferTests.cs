using System.Net;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>Zones out, as RFC 5936 and RFC 1995 have it.</summary>
public sealed class ZoneTransferTests
{
    private const string Signature = " 5 2 3600 20300101000000 20200101000000 1 example.org. AAAA";

    private static readonly TsigKey Key = new(DomainName.Parse("Key.Example."), TsigAlgorithm.HmacSha256, "secret"u8);

    private readonly string[] _lines =
    [
        TestZone.Soa,
        "example.org. 3600 IN NS ns.example.org.",
        "example.org. 3600 IN RRSIG SOA" + Signature,
        "example.org. 3600 IN RRSIG NS" + Signature,
        "ns.example.org. 300 IN A 192.0.2.1",
        "WWW.Example.org. 300 IN A 192.0.2.2",
        "*.example.org. 300 IN TXT \"wild\"",
        "child.example.org. 300 IN NS ns.child.example.org.",
        "ns.child.example.org. 300 IN A 192.0.2.3",
        "hidden.child.example.org. 300 IN MX 10 mail.child.example.org.",
        "moved.example.org. 300 IN DNAME example.net.",
        "below.moved.example.org. 300 IN A 192.0.2.4",
        "a.b.c.example.org. 300 IN AAAA 2001:db8::1",
    ];

    [Fact]
    public void Every_record_comes_once_and_the_SOA_first_and_last()
    {
        List<byte[]> messages = Transfer(TestZone.Of(_lines), Messages.Query(7, "EXAMPLE.org", DnsType.AXFR));
        byte[] only = Assert.Single(messages);
        List<string> records = Messages.RecordsOf(only);
        Assert.StartsWith("example.org. 3600 IN SOA", records[0]);
        Assert.Equal(records[0], records[^1]);
        Assert.Equal(Normal(_lines), records[..^1].Order(StringComparer.Ordinal));

        DnsHeader header = Messages.HeaderOf(only);
        Assert.Equal((7, true, true, DnsResponseCode.NoError, 1), (header.Id, header.IsResponse, header.IsAuthoritative, header.ResponseCode, header.QuestionCount));
        // The question as it was asked; the names of the zone as they were written.
        Assert.Equal("\u0007EXAMPLE"u8, only.AsSpan(12, 8));
        Assert.Contains(records, record => record.StartsWith("WWW.Example.org.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_zone_of_its_SOA_alone_is_two_records()
    {
        byte[] only = Assert.Single(Transfer(TestZone.Of(TestZone.Soa), Messages.Query(7, "example.org", DnsType.AXFR)));
        Assert.Equal(2, Messages.RecordsOf(only).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_large_zone_comes_in_messages_of_16_KiB_with_the_question_in_the_first(bool isSigned)
    {
        string[] lines = [TestZone.Soa, .. Enumerable.Range(0, 5000).Select(i => $"host{i:d4}.example.org. 300 IN TXT \"number {i} of many, each of which has a text\"")];
        TsigTransaction client = new(Key);
        byte[] question = Messages.Query(7, "example.org", DnsType.AXFR, edns: true, keepalive: true);
        List<byte[]> messages = Transfer(TestZone.Of(lines), isSigned ? Messages.Sign(client, question) : question);
        Assert.Equal(5002, messages.Sum(message => Messages.RecordsOf(message).Count));
        Assert.All(messages[..^1], message => Assert.InRange(message.Length, (16 * 1024) - 300, 16 * 1024));
        Assert.Equal([1, .. Enumerable.Repeat(0, messages.Count - 1)], messages.Select(message => (int)Messages.HeaderOf(message).QuestionCount));
        Assert.Equal(Normal(lines), messages.SelectMany(message => Messages.RecordsOf(message)).SkipLast(1).Order(StringComparer.Ordinal));
        // In canonical order, none between two messages lost.
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"host{i:d4}"), messages.SelectMany(message => Messages.RecordsOf(message)).Select(record => record.Split('.')[0]).Where(label => label[0] == 'h'));
        AssertKeepalive(messages);
        Assert.All(messages, message => Assert.Equal(isSigned, Messages.TsigOf(message) is not null));
        Assert.All(isSigned ? messages : [], message => Assert.Equal(DnsResponseCode.NoError, Messages.Check(client, message)));
    }

    [Fact]
    public void Names_are_compressed_where_their_case_is_the_same()
    {
        string[] lines = [TestZone.Soa, "a.Long-Label.example.org. 300 IN MX 1 a.Long-Label.example.org.", "b.Long-Label.example.org. 300 IN MX 1 b.long-label.example.org."];
        byte[] only = Assert.Single(Transfer(TestZone.Of(lines), Messages.Query(7, "example.org", DnsType.AXFR)));
        Assert.Equal(Normal(lines), Messages.RecordsOf(only).SkipLast(1).Order(StringComparer.Ordinal));
        string text = System.Text.Encoding.Latin1.GetString(only);
        Assert.Equal((2, 1), (text.Split("Long-Label").Length, text.Split("long-label").Length - 1));
    }

    [Fact]
    public void A_set_larger_than_a_message_is_cut_between_its_records()
    {
        string[] lines = [TestZone.Soa, .. Enumerable.Range(0, 3000).Select(i => $"big.example.org. 300 IN AAAA 2001:db8::{i:x}")];
        List<byte[]> messages = Transfer(TestZone.Of(lines), Messages.Query(7, "example.org", DnsType.AXFR));
        Assert.InRange(messages.Count, 5, 7);
        Assert.Equal(Normal(lines), messages.SelectMany(message => Messages.RecordsOf(message)).SkipLast(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_record_that_needs_more_has_a_longer_message()
    {
        string text = string.Join(' ', Enumerable.Repeat($"\"{new string('x', 255)}\"", 250));
        string[] lines = [TestZone.Soa, "a.example.org. 300 IN A 192.0.2.1", "big.example.org. 300 IN TXT " + text, "c.example.org. 300 IN A 192.0.2.1"];
        List<byte[]> messages = Transfer(TestZone.Of(lines), Messages.Query(7, "example.org", DnsType.AXFR));
        Assert.Equal([2, 3], messages.Select(message => Messages.RecordsOf(message).Count));
        Assert.InRange(messages[1].Length, 64_000, 64_500);
    }

    [Fact]
    public void A_record_that_fits_no_message_cuts_the_transfer()
    {
        ZoneBuilder builder = new(DomainName.Parse("example.org."), TestZone.Hash);
        builder.Add(DomainName.Parse("example.org.").Wire, DnsType.SOA, DnsClass.IN, 1, ResourceRecord.Parse(TestZone.Soa).Rdata.Encode());
        builder.Add(DomainName.Parse("x.example.org.").Wire, (DnsType)65280, DnsClass.IN, 1, new byte[DnsLimits.RdataBytes]);
        Zone zone = builder.Build();
        Assert.Equal(0, builder.RejectedCount);
        ITransfer transfer = Begin(Source(zone), Messages.Query(7, "example.org", DnsType.AXFR)).Transfer!;
        byte[] message = new byte[DnsLimits.MessageBytes];
        Assert.NotEqual(0, transfer.Write(message, Messages.Now));
        Assert.Equal(0, transfer.Write(message, Messages.Now));
        Assert.False(transfer.IsComplete);
    }

    [Fact]
    public void A_reload_does_not_tear_a_transfer()
    {
        string[] lines = [TestZone.Soa, .. Enumerable.Range(0, 2000).Select(i => $"old{i}.example.org. 300 IN A 192.0.2.1")];
        ZoneTransferSource source = Source(TestZone.Of(lines));
        ITransfer transfer = Begin(source, Messages.Query(7, "example.org", DnsType.AXFR)).Transfer!;
        byte[] message = new byte[DnsLimits.MessageBytes];
        List<byte[]> messages = [message[..transfer.Write(message, Messages.Now)]];
        source.Zones = new ZoneCatalog([TestZone.Of(TestZone.Soa, "new.example.org. 300 IN A 192.0.2.1")], TestZone.Hash);
        while (!transfer.IsComplete)
        {
            messages.Add(message[..transfer.Write(message, Messages.Now)]);
        }

        Assert.Equal(Normal(lines), messages.SelectMany(sent => Messages.RecordsOf(sent)).SkipLast(1).Order(StringComparer.Ordinal));
        Assert.Equal(2002, transfer.RecordCount);
        transfer.Dispose();
        Assert.Equal(3, Transfer(source, Messages.Query(7, "example.org", DnsType.AXFR)).Sum(sent => Messages.RecordsOf(sent).Count));
    }

    [Theory]
    [InlineData(4u, 14)]
    [InlineData(5u, 1)]
    [InlineData(6u, 1)]
    [InlineData(0x80000004u, 1)]
    [InlineData(0x80000006u, 14)]
    public void IXFR_gives_the_whole_zone_or_says_that_there_is_nothing_new(uint serial, int records)
    {
        byte[] only = Assert.Single(Transfer(TestZone.Of(_lines), Messages.Query(7, "example.org", DnsType.IXFR, serial)));
        Assert.Equal(records, Messages.RecordsOf(only).Count);
        Assert.Equal((DnsResponseCode.NoError, true), (Messages.HeaderOf(only).ResponseCode, Messages.HeaderOf(only).IsAuthoritative));
    }

    [Fact]
    public void IXFR_without_a_serial_is_malformed()
    {
        AssertRefused(Source(TestZone.Of(_lines)), Messages.Query(7, "example.org", DnsType.IXFR), DnsResponseCode.FormatError);
        byte[] signed = Messages.Query(7, "example.org", DnsType.IXFR, 3);
        AssertRefused(Source(TestZone.Of(_lines)), [.. signed, 0], DnsResponseCode.FormatError);
        AssertRefused(Source(TestZone.Of(_lines)), signed[..^1], DnsResponseCode.FormatError);
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(5u)]
    public void IXFR_in_a_datagram_gives_the_SOA_alone(uint serial)
    {
        byte[] response = new byte[DnsLimits.DatagramBytes];
        byte[] asked = Messages.Query(7, "example.org", DnsType.IXFR, serial, edns: true, keepalive: true);
        TransferStart start = Source(TestZone.Of(_lines)).Begin(asked, Origin(DnsTransport.Udp), response);
        Assert.Null(start.Transfer);
        byte[] answer = response[..start.ResponseBytes];
        Assert.StartsWith("example.org. 3600 IN SOA", Assert.Single(Messages.RecordsOf(answer)));
        // RFC 7828 §3.3.2: never in a datagram.
        EdnsView.Find(answer, out EdnsView edns, out bool isThere);
        Assert.True(isThere && !edns.TryFind(EdnsOptionCode.TcpKeepalive, out _));
    }

    [Fact]
    public void AXFR_in_a_datagram_is_malformed()
    {
        byte[] response = new byte[DnsLimits.DatagramBytes];
        TransferStart start = Source(TestZone.Of(_lines)).Begin(Messages.Query(7, "example.org", DnsType.AXFR), Origin(DnsTransport.Udp), response);
        Assert.Equal(DnsResponseCode.FormatError, Messages.HeaderOf(response[..start.ResponseBytes]).ResponseCode);
    }

    [Fact]
    public void Other_questions_are_left_to_others()
    {
        ZoneTransferSource source = Source(TestZone.Of(_lines));
        Assert.False(Begin(source, Messages.Query(7, "example.org", DnsType.SOA)).IsAsked);
        Assert.False(Begin(source, Messages.Query(7, "example.org", DnsType.AXFR)[..20]).IsAsked);
        byte[] answer = Messages.Query(7, "example.org", DnsType.AXFR);
        answer[2] |= 0x80;
        Assert.False(Begin(source, answer).IsAsked);
    }

    [Fact]
    public void Nobody_has_a_zone_by_default()
    {
        ZoneTransferSource source = new(new ZoneCatalog([TestZone.Of(_lines)], TestZone.Hash), new TsigGuard(TsigKeyRing.Empty));
        AssertRefused(source, Messages.Query(7, "example.org", DnsType.AXFR), DnsResponseCode.Refused);
        AssertRefused(source, Messages.Query(7, "example.org", DnsType.IXFR, 5), DnsResponseCode.Refused);
        AssertRefused(source, Messages.Query(7, "www.example.org", DnsType.AXFR), DnsResponseCode.NotAuthorized);
        AssertRefused(source, Messages.Query(7, "example.org", DnsType.AXFR, edns: true, version: 1), DnsResponseCode.BadVersion);
        source.ZoneRules = new Dictionary<DomainName, AccessRules> { [DomainName.Parse("EXAMPLE.org")] = AccessRules.Everybody };
        Assert.NotNull(Begin(source, Messages.Query(7, "example.org", DnsType.AXFR)).Transfer);
    }

    [Fact]
    public void A_key_opens_and_a_bad_one_does_not()
    {
        ZoneTransferSource source = new(new ZoneCatalog([TestZone.Of(_lines)], TestZone.Hash), new TsigGuard(new TsigKeyRing(Key)), AccessRules.Parse("key key.example."));
        byte[] asked = Messages.Query(7, "example.org", DnsType.AXFR);
        AssertRefused(source, asked, DnsResponseCode.Refused);
        TsigTransaction client = new(Key);
        byte[] only = Assert.Single(Transfer(source, Messages.Sign(client, asked)));
        Assert.Equal(DnsResponseCode.NoError, Messages.Check(client, only));

        TsigKey other = new(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha256, "Secret"u8);
        byte[] refusal = AssertRefused(source, Messages.Sign(new TsigTransaction(other), asked), DnsResponseCode.NotAuthorized);
        Assert.Equal((DnsResponseCode.BadSignature, 0, "key.example."), Messages.TsigOf(refusal));
    }

    [Fact]
    public void Over_ten_transfers_the_secondary_is_to_come_again()
    {
        ZoneTransferSource source = Source(TestZone.Of(_lines));
        source.MaxTransfersOfPeer = 10;
        byte[] asked = Messages.Query(7, "example.org", DnsType.AXFR);
        List<ITransfer> open = [.. Enumerable.Range(0, 10).Select(_ => Begin(source, asked).Transfer!)];
        AssertRefused(source, asked, DnsResponseCode.ServerFailure);
        open[3].Dispose();
        open[3].Dispose();
        Assert.Equal(9, source.TransferCount);
        Assert.NotNull(Begin(source, asked).Transfer);
        AssertRefused(source, asked, DnsResponseCode.ServerFailure);
    }

    [Fact]
    public void Any_bytes_do_no_harm()
    {
        ZoneTransferSource source = Source(TestZone.Of(_lines));
        byte[][] asked =
        [
            Messages.Query(7, "example.org", DnsType.AXFR),
            Messages.Query(7, "example.org", DnsType.IXFR, 5, edns: true, keepalive: true),
            Messages.Sign(new TsigTransaction(Key), Messages.Query(7, "example.org", DnsType.IXFR, 4, edns: true)),
        ];
        byte[] response = new byte[DnsLimits.MessageBytes];
        Random random = new(1);
        int begun = 0;
        for (int i = 0; i < 60_000; i++)
        {
            byte[] changed = [.. asked[i % asked.Length]];
            changed = changed[..random.Next(random.Next(2) * changed.Length, changed.Length + 1)];
            for (int changes = random.Next(3); changes > 0 && changed.Length > 0; changes--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            TransferStart start = source.Begin(changed, Origin(i % 2 == 0 ? DnsTransport.Tcp : DnsTransport.Udp), response);
            Assert.InRange(start.ResponseBytes, 0, 2048);
            begun += start.Transfer is null ? 0 : 1;
            start.Transfer?.Dispose();
        }

        Assert.InRange(begun, 1000, 30_000);
        Assert.Equal(0, source.TransferCount);
    }

    private static IEnumerable<string> Normal(IEnumerable<string> lines) => lines.Select(line => ResourceRecord.Parse(line).ToString()).Order(StringComparer.Ordinal);

    private static void AssertKeepalive(List<byte[]> messages)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            Assert.Equal(DnsViolation.None, EdnsView.Find(messages[i], out EdnsView edns, out bool isThere));
            Assert.Equal(i == 0, isThere);
            if (isThere)
            {
                Assert.True(edns.TryFind(EdnsOptionCode.TcpKeepalive, out ReadOnlySpan<byte> value) && edns.DnssecOk);
                Assert.Equal(DnsViolation.None, EdnsKeepalive.Decode(value, out TimeSpan? idle));
                Assert.Equal(TimeSpan.FromSeconds(30), idle);
            }
        }
    }

    private static byte[] AssertRefused(ZoneTransferSource source, byte[] asked, DnsResponseCode code)
    {
        byte[] response = new byte[DnsLimits.MessageBytes];
        TransferStart start = source.Begin(asked, Origin(DnsTransport.Tcp), response);
        Assert.True(start.IsAsked && start.Transfer is null);
        byte[] answer = response[..start.ResponseBytes];
        EdnsView.Find(answer, out EdnsView edns, out bool isThere);
        Assert.Equal(code, isThere ? edns.ResponseCode(Messages.HeaderOf(answer)) : Messages.HeaderOf(answer).ResponseCode);
        Assert.Empty(Messages.RecordsOf(answer));
        Assert.Equal((7, 1), (Messages.HeaderOf(answer).Id, Messages.HeaderOf(answer).QuestionCount));
        return answer;
    }

    private static ZoneTransferSource Source(Zone zone) => new(new ZoneCatalog([zone], TestZone.Hash), new TsigGuard(new TsigKeyRing(Key)), AccessRules.Everybody);

    private static MessageOrigin Origin(DnsTransport transport) =>
        new(new PeerAddress(IPAddress.Parse("192.0.2.9"), 53), transport, Messages.Now) { IdleTimeout = transport == DnsTransport.Udp ? null : TimeSpan.FromSeconds(30) };

    private static TransferStart Begin(ZoneTransferSource source, byte[] asked) => source.Begin(asked, Origin(DnsTransport.Tcp), new byte[DnsLimits.MessageBytes]);

    private static List<byte[]> Transfer(Zone zone, byte[] asked) => Transfer(Source(zone), asked);

    private static List<byte[]> Transfer(ZoneTransferSource source, byte[] asked)
    {
        byte[] message = new byte[DnsLimits.MessageBytes];
        TransferStart start = source.Begin(asked, Origin(DnsTransport.Tcp), message);
        Assert.True(start.IsAsked);
        if (start.Transfer is null)
        {
            return [message[..start.ResponseBytes]];
        }

        List<byte[]> messages = [];
        while (!start.Transfer.IsComplete)
        {
            int length = start.Transfer.Write(message, Messages.Now);
            Assert.NotEqual(0, length);
            messages.Add(message[..length]);
        }

        start.Transfer.Dispose();
        Assert.Equal(0, source.TransferCount);
        return messages;
    }
}
