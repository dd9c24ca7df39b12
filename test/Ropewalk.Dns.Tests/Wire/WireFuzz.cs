using System.Buffers;
using System.Text;
using Ropewalk.Dns.Tests.Wire.Records;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Text;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Tests.Wire;

/// <summary>Bytes and texts of a seed: never an exception, and what is well-formed comes back as it was.</summary>
public sealed class WireFuzz
{
    private static readonly byte[][] Rdatas = [.. RecordVectors.All.Select(vector => Convert.FromHexString(vector.Wire))];

    private static readonly DnsType[] Types = [.. RecordVectors.All.Select(vector => { DnsTypes.TryParse(vector.Type, out DnsType type); return type; })];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    /// <summary>Reads everything of a message, names and rdata too.</summary>
    internal static DnsViolation ReadAll(ReadOnlySpan<byte> message)
    {
        DnsViolation violation = DnsMessageReader.Begin(message, out DnsMessageReader reader);
        if (violation != DnsViolation.None)
        {
            return violation;
        }

        byte[] name = new byte[255];
        while (reader.TryReadQuestion(out DnsQuestionView question, out violation))
        {
            if (question.CopyName(name, out _) is not DnsViolation.None and var broken)
            {
                return broken;
            }
        }

        while (violation == DnsViolation.None && reader.TryReadRecord(out DnsRecordView record, out violation))
        {
            DnsViolation broken = record.Type switch
            {
                DnsType.OPT => EdnsView.Decode(record, out _),
                DnsType.TSIG => TsigView.Decode(record, out _),
                _ => ResourceRecord.Decode(record, out ResourceRecord? value) is not DnsViolation.None and var rule ? rule : value!.ToString().Length == 0 ? DnsViolation.FieldMalformed : DnsViolation.None,
            };
            if (broken != DnsViolation.None)
            {
                return broken;
            }
        }

        return violation != DnsViolation.None ? violation : reader.End();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Messages_come_back_as_they_were(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 100; round++)
        {
            byte[] place = new byte[random.Next(2) == 0 ? 65535 : random.Next(100, 2000)];
            DnsMessageWriter writer = new(place, compression: (NameCompression)random.Next(3));
            List<(DnsSection Section, DnsType Type, byte[] Owner, byte[] Rdata)> written = [];
            foreach (DnsSection section in new[] { DnsSection.Answer, DnsSection.Authority, DnsSection.Additional })
            {
                writer.GoTo(section);
                for (int i = random.Next(20); i > 0; i--)
                {
                    int pick = random.Next(Types.Length);
                    byte[] owner = RandomName(random);
                    if (writer.TryWriteRecord(owner, Types[pick], DnsClass.IN, 60, Rdatas[pick]))
                    {
                        written.Add((section, Types[pick], owner, Rdatas[pick]));
                    }
                }
            }

            byte[] message = place[..writer.Finish(default)];
            AssertSame(message, written, seed);
            Mutate(message, random);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_rdata_breaks_a_rule_or_comes_back(int seed)
    {
        Random random = new(seed);
        foreach (RecordFormat format in RecordFormat.All)
        {
            for (int round = 0; round < 100; round++)
            {
                byte[] rdata = RandomRdata(format, random);
                if (format.Check(rdata) != DnsViolation.None)
                {
                    Assert.NotEqual(DnsViolation.None, format.Create(rdata, out _));
                    continue;
                }

                format.Create(rdata, out Rdata? value);
                Assert.Equal(rdata, value!.Encode());
                string text = value.ToString();
                Assert.True(format.TryParse(text, out byte[]? again, out MasterFileViolation violation), $"seed {seed}: {format.Type} {text}: {violation} {Convert.ToHexString(rdata)}");
                Assert.True(rdata.AsSpan().SequenceEqual(again), $"seed {seed}: {format.Type} {text}: {Convert.ToHexString(rdata)} {Convert.ToHexString(again)}");
                format.ToCanonical(again);
                byte[] once = [.. again];
                format.ToCanonical(again);
                Assert.Equal(once, again);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_text_breaks_a_rule_or_is_a_record(int seed)
    {
        Random random = new(seed);
        const string Letters = "aA.\\\"();@ \t\n0123456789-:/=,!#\\+xüN";
        RecordVector[] vectors = [.. RecordVectors.All];
        for (int round = 0; round < 3000; round++)
        {
            RecordVector vector = vectors[random.Next(vectors.Length)];
            StringBuilder text = new(vector.Text);
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                int at = random.Next(text.Length + 1);
                if (random.Next(2) == 0 && at < text.Length)
                {
                    text.Remove(at, 1);
                }

                text.Insert(Math.Min(at, text.Length), Letters[random.Next(Letters.Length)]);
            }

            DnsTypes.TryParse(vector.Type, out DnsType type);
            if (RecordFormat.Of(type).TryParse(text.ToString(), out byte[]? rdata, out _))
            {
                Assert.Equal(DnsViolation.None, RecordFormat.Of(type).Create(rdata, out Rdata? value));
                Assert.True(RecordFormat.Of(type).TryParse(value!.ToString(), out byte[]? again, out _), $"seed {seed}: {text}");
                Assert.Equal(rdata, again);
            }

            DomainName.TryParse(text.ToString(), out _);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Names_come_back_as_they_were(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 500; round++)
        {
            byte[] wire = RandomName(random, anyByte: true);
            Assert.Equal(DnsViolation.None, DomainName.Decode(wire, out DomainName? name));
            Assert.Equal(wire, DomainName.Parse(name!.ToString()).Wire.ToArray());
            byte[] other = RandomName(random, anyByte: true);
            DomainName.Decode(other, out DomainName? second);
            Assert.Equal(Math.Sign(name.CompareTo(second)), -Math.Sign(second!.CompareTo(name)));
            Assert.Equal(name.Equals(second), name.CompareTo(second) == 0);
        }
    }

    private static void AssertSame(byte[] message, List<(DnsSection Section, DnsType Type, byte[] Owner, byte[] Rdata)> written, int seed)
    {
        DnsMessageReader.Begin(message, out DnsMessageReader reader);
        byte[] name = new byte[255], rdata = new byte[70_000];
        foreach ((DnsSection section, DnsType type, byte[] owner, byte[] bytes) in written)
        {
            Assert.True(reader.TryReadRecord(out DnsRecordView record, out DnsViolation violation), $"seed {seed}: {violation}");
            Assert.Equal((section, type), (record.Section, record.Type));
            Assert.Equal(DnsViolation.None, record.CopyOwner(name, out int length));
            Assert.True(WireName.Equal(name.AsSpan(0, length), owner));
            Assert.Equal(DnsViolation.None, record.CopyRdata(rdata, out length));
            byte[] one = rdata[..length], other = [.. bytes];
            // Compression may have changed the case of a name.
            RecordFormat.Of(type).ToCanonical(one);
            RecordFormat.Of(type).ToCanonical(other);
            Assert.Equal(other, one);
        }

        Assert.Equal(DnsViolation.None, reader.End());
    }

    private static void Mutate(byte[] message, Random random)
    {
        for (int i = 0; i < 20; i++)
        {
            byte[] changed = [.. message];
            for (int count = random.Next(1, 5); count > 0; count--)
            {
                changed[random.Next(changed.Length)] = random.Next(3) == 0 ? (byte)(0xc0 | random.Next(2)) : (byte)random.Next(256);
            }

            ReadAll(changed.AsSpan(0, random.Next(changed.Length + 1)));
        }
    }

    private static byte[] RandomRdata(RecordFormat format, Random random)
    {
        byte[][] known = [.. Enumerable.Range(0, Types.Length).Where(i => Types[i] == format.Type).Select(i => Rdatas[i])];
        byte[] rdata;
        if (known.Length == 0 || random.Next(4) == 0)
        {
            rdata = new byte[random.Next(40)];
            for (int i = 0; i < rdata.Length; i++)
            {
                rdata[i] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)random.Next(5);
            }

            return rdata;
        }

        rdata = [.. known[random.Next(known.Length)]];
        for (int count = random.Next(3); count > 0 && rdata.Length > 0; count--)
        {
            rdata[random.Next(rdata.Length)] = (byte)random.Next(256);
        }

        return random.Next(3) == 0 ? rdata[..random.Next(rdata.Length + 1)] : rdata;
    }

    private static byte[] RandomName(Random random, bool anyByte = false)
    {
        ArrayBufferWriter<byte> name = new();
        for (int labels = random.Next(6); labels > 0; labels--)
        {
            int length = random.Next(1, random.Next(10) == 0 ? 40 : 4);
            name.Write<byte>([(byte)length]);
            for (int i = 0; i < length; i++)
            {
                name.Write<byte>([anyByte ? (byte)random.Next(256) : (byte)"abAB"[random.Next(4)]]);
            }
        }

        name.Write<byte>([0]);
        return name.WrittenSpan.ToArray();
    }
}
