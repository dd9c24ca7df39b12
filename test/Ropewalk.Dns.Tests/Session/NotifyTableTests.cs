using System.Net;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>Notices to secondaries, as RFC 1996 has them.</summary>
public sealed class NotifyTableTests
{
    private static readonly PeerAddress Secondary = new(IPAddress.Parse("192.0.2.53"), 53);
    private static readonly TsigKey Key = new(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha256, "secret"u8);
    private static readonly Zone Zone = TestZone.Of(TestZone.Soa);

    private readonly NotifyTable _table = new();
    private TimeSpan _now;

    [Fact]
    public void A_notice_asks_for_the_SOA_and_has_it_as_a_hint()
    {
        Assert.True(_table.TryAdd(Zone, Secondary, null, 77, _now));
        byte[] message = Take()!;
        DnsHeader header = Messages.HeaderOf(message);
        Assert.Equal((77, DnsOpcode.Notify, false, true, 1, 1), (header.Id, header.Opcode, header.IsResponse, header.IsAuthoritative, header.QuestionCount, header.AnswerCount));
        Assert.Equal(ResourceRecord.Parse(TestZone.Soa).ToString(), Assert.Single(Messages.RecordsOf(message)));
        Assert.Null(Take());
    }

    [Fact]
    public void It_is_sent_again_with_longer_waits_and_then_given_up()
    {
        _table.TryAdd(Zone, Secondary, null, 77, _now);
        List<double> times = [];
        byte[]? first = null;
        while (_table.NextDeadline is { } due)
        {
            _now = due;
            if (Take() is { } message)
            {
                Assert.Equal(first ??= message, message);
                times.Add(_now.TotalSeconds);
            }
        }

        Assert.Equal([0, 5, 15, 35, 75, 135], times);
        Assert.Equal(195, _now.TotalSeconds);
        Assert.True(_table.TryTakeOutcome(out NotifyOutcome outcome));
        Assert.Equal(new NotifyOutcome(new NotifyTarget(Zone.Apex, DnsClass.IN, Secondary), 6, null), outcome);
        Assert.Equal(0, _table.Count);
    }

    [Theory]
    [InlineData(DnsResponseCode.NoError)]
    [InlineData(DnsResponseCode.NotImplemented)]
    public void Any_answer_ends_it(DnsResponseCode code)
    {
        _table.TryAdd(Zone, Secondary, null, 77, _now);
        byte[] answer = AnswerTo(Take()!, code);
        Assert.True(_table.Receive(answer, Secondary, Messages.Now));
        Assert.True(_table.TryTakeOutcome(out NotifyOutcome outcome));
        Assert.Equal((1, code), (outcome.Attempts, outcome.ResponseCode));
        Assert.Null(_table.NextDeadline);
        Assert.False(_table.Receive(answer, Secondary, Messages.Now));
    }

    /// <summary>NSD sends the header alone.</summary>
    [Fact]
    public void A_refusal_may_be_without_the_question_and_no_other_answer()
    {
        _table.TryAdd(Zone, Secondary, null, 77, _now);
        byte[] notice = Take()!;
        Assert.False(_table.Receive(HeaderOf(AnswerTo(notice)), Secondary, Messages.Now));
        Assert.True(_table.Receive(HeaderOf(AnswerTo(notice, DnsResponseCode.Refused)), Secondary, Messages.Now));

        _table.TryAdd(Zone, Secondary, Key, 78, _now);
        _now += TimeSpan.FromSeconds(1);
        Assert.False(_table.Receive(HeaderOf(AnswerTo(Take()!, DnsResponseCode.Refused)), Secondary, Messages.Now), "it is not signed");
    }

    [Fact]
    public void What_is_forged_ends_nothing()
    {
        _table.TryAdd(Zone, Secondary, null, 77, _now);
        Assert.False(_table.Receive(AnswerTo(NoticeOf("example.org", 77)), Secondary, Messages.Now), "it has not been sent");
        byte[] message = Take()!, answer = AnswerTo(message);
        Assert.False(_table.Receive(answer, Secondary.WithPort(5353), Messages.Now));
        Assert.False(_table.Receive(answer, new PeerAddress(IPAddress.Parse("192.0.2.54"), 53), Messages.Now));
        Assert.False(_table.Receive(message, Secondary, Messages.Now), "it is a request");
        Assert.False(_table.Receive(AnswerTo(NoticeOf("example.org", 78)), Secondary, Messages.Now));
        Assert.False(_table.Receive(AnswerTo(NoticeOf("example.net", 77)), Secondary, Messages.Now));
        byte[] query = AnswerTo(NoticeOf("example.org", 77));
        query[2] &= 0x87;
        Assert.False(_table.Receive(query, Secondary, Messages.Now), "it is no NOTIFY");
        for (int length = 0; length < answer.Length - 50; length++)
        {
            _table.Receive(answer.AsSpan(0, Math.Min(length, 20)), Secondary, Messages.Now);
        }

        Assert.Equal(1, _table.Count);
        Assert.True(_table.Receive(AnswerTo(NoticeOf("EXAMPLE.org", 77)), Secondary, Messages.Now));
    }

    [Fact]
    public void With_a_key_it_is_signed_and_only_a_signed_answer_ends_it()
    {
        _table.TryAdd(Zone, Secondary, Key, 77, _now);
        byte[] message = Take()!;
        TsigTransaction server = new(Key);
        Assert.Equal(DnsResponseCode.NoError, Messages.Check(server, message));
        byte[] answer = AnswerTo(NoticeOf("example.org", 77));
        Assert.False(_table.Receive(answer, Secondary, Messages.Now));
        byte[] signed = Messages.Sign(server, answer);
        byte[] changed = [.. signed];
        changed[3] ^= 5;
        Assert.False(_table.Receive(changed, Secondary, Messages.Now));
        Assert.True(_table.Receive(signed, Secondary, Messages.Now));
    }

    [Fact]
    public void A_newer_version_takes_the_place_of_the_older()
    {
        _table.TryAdd(Zone, Secondary, null, 77, _now);
        byte[] old = Take()!;
        _now = TimeSpan.FromSeconds(3);
        _table.TryAdd(TestZone.Of(TestZone.Soa.Replace(" 5 ", " 6 ", StringComparison.Ordinal)), Secondary, null, 78, _now);
        Assert.Equal(1, _table.Count);
        Assert.Contains(" 6 ", Messages.RecordsOf(Take()!)[0]);
        Assert.False(_table.Receive(AnswerTo(old), Secondary, Messages.Now));
        Assert.Equal(TimeSpan.FromSeconds(8), _table.NextDeadline);
    }

    [Fact]
    public void Twenty_are_sent_each_second_in_the_order_in_which_they_were_made()
    {
        for (int i = 0; i < 50; i++)
        {
            Assert.True(_table.TryAdd(Zone, Secondary.WithPort(1000 + i), null, 77, _now));
        }

        List<(double, int)> sent = [];
        byte[] message = new byte[DnsLimits.DatagramBytes];
        while (sent.Count < 50)
        {
            _now = _table.NextDeadline!.Value;
            while (_table.TryTake(message, Messages.Now, _now, out PeerAddress to, out _))
            {
                sent.Add((Math.Round(_now.TotalSeconds, 3), to.Port));
            }
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (Math.Round(i * 0.05, 3), 1000 + i)), sent);
    }

    [Fact]
    public void There_is_an_end_to_how_many_wait_and_to_their_numbers()
    {
        NotifyTable table = new(new NotifyLimits { MaxNotices = 2 });
        Assert.True(table.TryAdd(Zone, Secondary, null, 65535, _now));
        Assert.True(table.TryAdd(Zone, Secondary.WithPort(54), null, 65535, _now));
        Assert.False(table.TryAdd(Zone, Secondary.WithPort(55), null, 65535, _now));
        Assert.True(table.TryAdd(Zone, Secondary, null, 65535, _now), "it renews");

        // The same random number for another zone at the same secondary: the next one is taken.
        ZoneBuilder builder = new(DomainName.Parse("example.net."), TestZone.Hash);
        builder.Add(builder.Apex.Wire, DnsType.SOA, DnsClass.IN, 1, ResourceRecord.Parse(TestZone.Soa).Rdata.Encode());
        Assert.True(_table.TryAdd(Zone, Secondary, null, 65535, _now) && _table.TryAdd(builder.Build(), Secondary, null, 65535, _now));
        byte[] first = Take()!;
        _now = _table.NextDeadline!.Value;
        Assert.Equal((65535, 0), (Messages.IdOf(first), Messages.IdOf(Take()!)));
    }

    private static byte[] NoticeOf(string zone, ushort id)
    {
        byte[] message = Messages.Query(id, zone, DnsType.SOA);
        message[2] |= (byte)DnsOpcode.Notify << 3;
        return message;
    }

    private static byte[] HeaderOf(byte[] answer) => [.. answer[..4], .. new byte[8]];

    private static byte[] AnswerTo(byte[] notice, DnsResponseCode code = DnsResponseCode.NoError)
    {
        byte[] answer = [.. notice];
        answer[2] |= 0x80;
        answer[3] |= (byte)code;
        return answer;
    }

    private byte[]? Take()
    {
        byte[] message = new byte[DnsLimits.DatagramBytes];
        return _table.TryTake(message, Messages.Now, _now, out PeerAddress to, out int length) && to == Secondary ? message[..length] : null;
    }
}
