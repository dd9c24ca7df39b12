using System.Buffers.Binary;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Tests.Wire;

public sealed class DnsMessageTests
{
    // Made by dnspython 2.3.0, which compresses SRV's target too.
    private const string Example =
        "beef8500000100020002000403777777074578616d706c65036f726700000f0001c00c000f00010000012c0009000a046d61696cc010c00c000f00010000012c000a0014056d61696c32c010c0100002000100000e1000"
        + "11036e7332076578616d706c65036e657400c0100002000100000e100006036e7331c010c02f000100010000012c0004c0000201c02f001c00010000012c001020010db8000000000000000000000001025f73045f746370"
        + "c010002100010000012c0008000000000019c02f00002904d0000080000007000300036e7331";

    [Fact]
    public void A_signature_stays_the_last_record()
    {
        ResourceRecord signature = new(DomainName.Parse("k."), DnsClass.ANY, TimeSpan.Zero, new TsigRecord(DomainName.Parse("hmac-sha256."), 1, 300, (byte[])[1, 2], 7, DnsResponseCode.NoError, (byte[])[]));
        DnsMessage message = new(new DnsHeader(7, 0), [new DnsQuestion(DomainName.Parse("a."), DnsType.A)], Additionals: [signature, ResourceRecord.Parse("b. 60 IN A 192.0.2.1")], Opt: new OptRecord(1232));
        Assert.Equal(DnsViolation.None, DnsMessageReader.Begin(message.Encode(), out DnsMessageReader reader));
        Assert.True(reader.TryReadQuestion(out _, out _));
        List<DnsType> types = [];
        while (reader.TryReadRecord(out DnsRecordView record, out _))
        {
            types.Add(record.Type);
        }

        Assert.Equal([DnsType.A, DnsType.OPT, DnsType.TSIG], types);
    }

    [Fact]
    public void A_message_made_by_others_is_read()
    {
        byte[] message = Convert.FromHexString(Example);
        Assert.Equal(DnsViolation.None, DnsMessageReader.Begin(message, out DnsMessageReader reader));
        Assert.True(reader.Header is { Id: 0xbeef, IsResponse: true, IsAuthoritative: true, RecursionDesired: true, IsTruncated: false, Opcode: DnsOpcode.Query, ResponseCode: DnsResponseCode.NoError });
        Assert.True(reader.TryReadQuestion(out DnsQuestionView question, out _));
        Assert.Equal((DnsType.MX, DnsClass.IN, 12), (question.Type, question.Class, question.NameOffset));
        Assert.False(reader.TryReadQuestion(out _, out DnsViolation violation));
        List<string> lines = [];
        while (reader.TryReadRecord(out DnsRecordView record, out violation))
        {
            if (record.Type != DnsType.OPT)
            {
                Assert.Equal(DnsViolation.None, ResourceRecord.Decode(record, out ResourceRecord? value));
                lines.Add($"{record.Section}: {value}");
            }
        }

        Assert.Equal((DnsViolation.None, DnsViolation.None), (violation, reader.End()));
        string[] expected =
        [
            "Answer: www.Example.org. 300 IN MX 10 mail.Example.org.",
            "Answer: www.Example.org. 300 IN MX 20 mail2.Example.org.",
            "Authority: Example.org. 3600 IN NS ns2.example.net.",
            "Authority: Example.org. 3600 IN NS ns1.Example.org.",
            "Additional: mail.Example.org. 300 IN A 192.0.2.1",
            "Additional: mail.Example.org. 300 IN AAAA 2001:db8::1",
            "Additional: _s._tcp.Example.org. 300 IN SRV 0 0 25 mail.Example.org.",
        ];
        Assert.Equal(expected, lines);
    }

    [Fact]
    public void A_message_that_is_cut_anywhere_breaks_a_rule()
    {
        byte[] message = Convert.FromHexString(Example);
        for (int length = 0; length < message.Length; length++)
        {
            Assert.NotEqual(DnsViolation.None, WireFuzz.ReadAll(message.AsSpan(0, length)));
        }

        Assert.Equal(DnsViolation.None, WireFuzz.ReadAll(message));
        Assert.Equal(DnsViolation.MessageTrailing, WireFuzz.ReadAll([.. message, 0]));
    }

    [Theory]
    [InlineData(NameCompression.AnyCase)]
    [InlineData(NameCompression.SameCase)]
    [InlineData(NameCompression.None)]
    public void What_is_written_is_read(NameCompression compression)
    {
        ResourceRecord[] records =
        [
            Record("www.Example.org", new MxRecord(10, DomainName.Parse("mail.EXAMPLE.org"))),
            Record("www.example.org", new SoaRecord(DomainName.Parse("a.example.org"), DomainName.Parse("b.a.example.org"), 1, default, default, default, default)),
            Record("b.a.example.org", new SrvRecord(1, 2, 3, DomainName.Parse("b.a.example.org"))),
            Record("example.org", new CnameRecord(DomainName.Root)),
            Record(".", new NsRecord(DomainName.Parse("x.b.a.example.org"))),
        ];
        byte[] place = new byte[1000];
        DnsMessageWriter writer = new(place, compression: compression);
        Assert.True(writer.TryWriteQuestion(records[0].Owner.Wire, DnsType.ANY, DnsClass.IN));
        writer.GoTo(DnsSection.Answer);
        foreach (ResourceRecord record in records)
        {
            Assert.True(record.TryWrite(ref writer));
        }

        int length = writer.Finish(new DnsHeader(5, 0) { IsResponse = true });
        Assert.Equal((1, 5), (writer.CountOf(DnsSection.Question), writer.CountOf(DnsSection.Answer)));
        Assert.Equal(compression switch { NameCompression.AnyCase => 157, NameCompression.SameCase => 177, _ => 263 }, length);
        DnsMessageReader.Begin(place.AsSpan(0, length), out DnsMessageReader reader);
        foreach (ResourceRecord record in records)
        {
            Assert.True(reader.TryReadRecord(out DnsRecordView view, out _));
            Assert.Equal(DnsViolation.None, ResourceRecord.Decode(view, out ResourceRecord? value));
            Assert.Equal(record, value);
            if (compression != NameCompression.AnyCase)
            {
                Assert.Equal(record.ToString(), value!.ToString());
            }
        }

        Assert.False(reader.TryReadRecord(out _, out _));
        Assert.Equal(DnsViolation.None, reader.End());
    }

    /// <summary>RFC 2181 §9: TC is set where a whole record set does not fit. So the writer goes back to where the set began.</summary>
    [Fact]
    public void What_does_not_fit_is_not_there_and_rewinding_forgets()
    {
        byte[] place = new byte[512];
        DnsMessageWriter writer = new(place, 80);
        byte[] owner = DomainName.Parse("host.example").Wire.ToArray(), other = DomainName.Parse("x.other.example").Wire.ToArray();
        writer.TryWriteQuestion(owner, DnsType.A, DnsClass.IN);
        writer.GoTo(DnsSection.Answer);
        DnsMessageMark mark = writer.Mark();
        Assert.True(writer.TryWriteRecord(other, DnsType.A, DnsClass.IN, 1, [1, 2, 3, 4]));
        Assert.False(writer.TryWriteRecord(other, DnsType.TXT, DnsClass.IN, 1, new byte[20]));
        int position = writer.Position;
        Assert.Equal(position, writer.Position);
        Assert.Equal(1, writer.CountOf(DnsSection.Answer));
        writer.Rewind(mark);
        Assert.Equal((mark.Position, 0), (writer.Position, writer.CountOf(DnsSection.Answer)));
        // If the table had kept the name, this would point into what has been overwritten.
        Assert.True(writer.TryWriteRecordAt(12, DnsType.TXT, DnsClass.IN, 1, [0x01, 0xff]));
        Assert.True(writer.TryWriteRecord(other, DnsType.NULL, DnsClass.IN, 1, default));
        int length = writer.Finish(default);
        Assert.Equal(DnsViolation.None, WireFuzz.ReadAll(place.AsSpan(0, length)));
        DnsMessageReader.Begin(place.AsSpan(0, length), out DnsMessageReader reader);
        reader.TryReadRecord(out _, out _);
        Assert.True(reader.TryReadRecord(out DnsRecordView view, out _));
        Span<byte> name = stackalloc byte[255];
        view.CopyOwner(name, out int nameBytes);
        Assert.True(WireName.Equal(name[..nameBytes], other));
    }

    [Fact]
    public void Every_limit_gives_a_message_within_it()
    {
        byte[] owner = DomainName.Parse("a.b.c.example").Wire.ToArray();
        byte[] soa = new SoaRecord(DomainName.Parse("ns.example"), DomainName.Parse("h.ns.other"), 1, default, default, default, default).Encode();
        for (int limit = 12; limit < 200; limit++)
        {
            byte[] place = new byte[300];
            place.AsSpan().Fill(0xc1);
            DnsMessageWriter writer = new(place, limit);
            writer.TryWriteQuestion(owner, DnsType.SOA, DnsClass.IN);
            writer.GoTo(DnsSection.Answer);
            while (writer.TryWriteRecord(owner, DnsType.SOA, DnsClass.IN, 1, soa))
            {
            }

            int length = writer.Finish(default);
            Assert.InRange(length, 12, limit);
            Assert.Equal(DnsViolation.None, WireFuzz.ReadAll(place.AsSpan(0, length)));
            Assert.True(place.AsSpan(limit).IndexOfAnyExcept((byte)0xc1) < 0);
        }
    }

    [Fact]
    public void The_header_has_its_bits()
    {
        DnsHeader header = new(0x1234, 0)
        {
            IsResponse = true,
            Opcode = DnsOpcode.Update,
            IsAuthoritative = true,
            IsTruncated = true,
            RecursionDesired = true,
            RecursionAvailable = true,
            AuthenticData = true,
            CheckingDisabled = true,
            ResponseCode = DnsResponseCode.NotInZone,
        };
        Assert.Equal(0xafba, header.Bits);
        byte[] bytes = new byte[12];
        (header with { AdditionalCount = 0x0102, AuthorityCount = 3, AnswerCount = 4, QuestionCount = 5 }).Encode(bytes);
        Assert.Equal("1234afba0005000400030102", Convert.ToHexStringLower(bytes));
        Assert.Equal(0xa910, new DnsHeader(1, 0x2ff0).ToResponse(DnsResponseCode.NoError).Bits);
        Assert.Equal(0x8005, new DnsHeader(1, 0x06e0).ToResponse(DnsResponseCode.Refused).Bits);
    }

    /// <summary>RFC 2181 §8.</summary>
    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(0x7fffffffu, 0x7fffffffu)]
    [InlineData(0x80000000u, 0u)]
    [InlineData(0xffffffffu, 0u)]
    public void A_TTL_with_the_highest_bit_is_zero(uint written, uint read)
    {
        byte[] message = new byte[23];
        message[7] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(17), written);
        DnsMessageReader.Begin(message, out DnsMessageReader reader);
        Assert.True(reader.TryReadRecord(out DnsRecordView record, out _));
        Assert.Equal((read, written), (record.Ttl, record.RawTtl));
    }

    [Fact]
    public void Sections_are_written_in_order()
    {
        Assert.Throws<InvalidOperationException>(() =>
        {
            DnsMessageWriter writer = new(new byte[100]);
            writer.GoTo(DnsSection.Authority);
            writer.GoTo(DnsSection.Answer);
        });
        Assert.Throws<InvalidOperationException>(() => new DnsMessageWriter(new byte[100]).TryWriteOption(Ropewalk.Dns.Wire.Edns.EdnsOptionCode.Nsid, default));
    }

    [Fact]
    public void In_an_update_records_may_be_without_rdata()
    {
        byte[] place = new byte[100];
        DnsMessageWriter writer = new(place);
        writer.GoTo(DnsSection.Authority);
        writer.TryWriteRecord(DomainName.Parse("a").Wire, DnsType.A, DnsClass.ANY, 0, default);
        writer.TryWriteRecord(DomainName.Parse("a").Wire, DnsType.A, DnsClass.IN, 0, default);
        DnsMessageReader.Begin(place.AsSpan(0, writer.Finish(default)), out DnsMessageReader reader);
        reader.TryReadRecord(out DnsRecordView view, out _);
        Assert.Equal(DnsViolation.None, ResourceRecord.Decode(view, out ResourceRecord? record));
        Assert.Equal("a. 0 ANY A \\# 0", record!.ToString());
        reader.TryReadRecord(out view, out _);
        Assert.Equal(DnsViolation.RdataTruncated, ResourceRecord.Decode(view, out _));
    }

    /// <summary>RFC 3597 §4: names that may not be compressed are refused if they are.</summary>
    [Theory]
    [InlineData(DnsType.NSEC, DnsViolation.PointerForbidden)]
    [InlineData(DnsType.NS, DnsViolation.None)]
    [InlineData(DnsType.DNAME, DnsViolation.None)]
    public void A_pointer_in_rdata_is_followed_where_it_may_be(DnsType type, DnsViolation expected)
    {
        byte[] rdata = [0, 0xc0, 0];
        Assert.Equal(expected, RecordFormat.Of(type).Decode(rdata, 1, 2, new byte[300], out int length));
        Assert.Equal(expected == DnsViolation.None ? 1 : 0, length);
    }

    private static ResourceRecord Record(string owner, Rdata rdata) => new(DomainName.Parse(owner), DnsClass.IN, TimeSpan.FromSeconds(300), rdata);
}
