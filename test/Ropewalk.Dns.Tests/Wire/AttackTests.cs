using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Tests.Wire;

/// <summary>What a message can make us do is counted in steps, not in time. <b>Spec</b>: RFC 9267.</summary>
public sealed class AttackTests
{
    private const int MostSteps = DnsLimits.Labels + DnsLimits.Pointers + 1;

    [Fact]
    public void A_name_costs_at_most_254_steps_whatever_the_message()
    {
        Random random = new(20_240_101);
        byte[] message = new byte[4096];
        int most = 0;
        for (int round = 0; round < 300; round++)
        {
            // Mostly pointers and short labels: what names are made of.
            for (int i = 0; i < message.Length; i++)
            {
                message[i] = random.Next(4) switch { 0 => (byte)(0xc0 | random.Next(16)), 1 => (byte)random.Next(4), 2 => 1, _ => (byte)random.Next(256) };
            }

            for (int offset = 0; offset < message.Length; offset += 7)
            {
                int position = offset;
                WireName.Decode(message, ref position, new byte[255], out _, out int steps);
                most = Math.Max(most, steps);
            }
        }

        Assert.InRange(most, 5, MostSteps);
    }

    [Fact]
    public void The_worst_name_is_bounded()
    {
        // Each label is one byte and a pointer to the label before: the most steps that are allowed, and one more.
        byte[] message = new byte[1000];
        int at = 1;
        for (int label = 0; label < 140; label++)
        {
            int target = label == 0 ? 0 : at - 4;
            message[at] = 1;
            message[at + 1] = (byte)'a';
            message[at + 2] = (byte)(0xc0 | (target >> 8));
            message[at + 3] = (byte)target;
            at += 4;
        }

        int position = 1 + (4 * 125);
        Assert.Equal(DnsViolation.None, WireName.Decode(message, ref position, new byte[255], out int length, out int steps));
        Assert.Equal((253, 253), (length, steps));
        position = 1 + (4 * 126);
        Assert.Equal(DnsViolation.TooManyPointers, WireName.Decode(message, ref position, new byte[255], out _, out steps));
        Assert.InRange(steps, 1, MostSteps);
    }

    [Fact]
    public void A_message_of_tiny_records_is_read_once()
    {
        // 64 KiB of records of 11 and 12 bytes, each owner a pointer to the worst name.
        byte[] message = new byte[DnsLimits.MessageBytes];
        int at = 12, records = 0;
        message[at++] = 0;
        int worst = at;
        for (int label = 0; label < 126; label++)
        {
            int target = label == 0 ? 12 : at - 4;
            message[at] = 1;
            message[at + 1] = (byte)'a';
            message[at + 2] = (byte)(0xc0 | (target >> 8));
            message[at + 3] = (byte)target;
            worst = at;
            at += 4;
        }

        // The names lie in the rdata of the first record: its owner is the root, type NULL.
        byte[] first = [0, 0, 10, 0, 1, 0, 0, 0, 0, 0, 0];
        byte[] body = message[12..at];
        first[9] = (byte)(body.Length >> 8);
        first[10] = (byte)body.Length;
        byte[] whole = new byte[DnsLimits.MessageBytes];
        first.CopyTo(whole, 12);
        for (int i = 0; i < body.Length; i++)
        {
            whole[23 + i] = body[i];
        }

        // The pointers move with the names.
        for (int label = 0, name = 24; label < 126; label++, name += 4)
        {
            int target = label == 0 ? 23 : name - 4;
            whole[name + 2] = (byte)(0xc0 | (target >> 8));
            whole[name + 3] = (byte)target;
            worst = name;
        }

        at = 23 + body.Length;
        records = 1;
        while (at + 12 <= whole.Length)
        {
            whole[at] = (byte)(0xc0 | (worst >> 8));
            whole[at + 1] = (byte)worst;
            whole[at + 3] = 10;
            at += 12;
            records++;
        }

        whole[6] = (byte)(records >> 8);
        whole[7] = (byte)records;
        DnsMessageReader.Begin(whole.AsSpan(0, at), out DnsMessageReader reader);
        int read = 0;
        long steps = 0;
        byte[] place = new byte[255];
        while (reader.TryReadRecord(out DnsRecordView record, out DnsViolation violation))
        {
            Assert.Equal(DnsViolation.None, violation);
            int position = record.OwnerOffset;
            WireName.Decode(record.Message, ref position, place, out _, out int spent);
            steps += spent;
            read++;
        }

        Assert.Equal((records, DnsViolation.None), (read, reader.End()));
        Assert.InRange(steps, 1_000_000, (long)records * MostSteps);
    }

    [Fact]
    public void Counts_that_the_message_does_not_hold_cost_nothing()
    {
        byte[] message = new byte[12];
        message.AsSpan(4).Fill(0xff);
        Assert.Equal(DnsViolation.NameTruncated, WireFuzz.ReadAll(message));
    }

    [Fact]
    public void Names_made_to_collide_cost_bytes_and_not_time()
    {
        // The same length, the same first and last bytes of the first label: one key for all of them.
        byte[] place = new byte[DnsLimits.MessageBytes];
        DnsMessageWriter writer = new(place);
        writer.GoTo(DnsSection.Answer);
        List<DomainName> names = [];
        for (int i = 0; i < 1000; i++)
        {
            DomainName name = DomainName.Parse($"aaaaaaaa{i:0000}zzzzzzzz.example");
            names.Add(name);
            Assert.True(writer.TryWriteRecord(name.Wire, DnsType.NS, DnsClass.IN, 1, name.Wire));
        }

        int length = writer.Finish(default);
        DnsMessageReader.Begin(place.AsSpan(0, length), out DnsMessageReader reader);
        foreach (DomainName name in names)
        {
            Assert.True(reader.TryReadRecord(out DnsRecordView record, out _));
            ResourceRecord.Decode(record, out ResourceRecord? value);
            Assert.Equal((name, name), (value!.Owner, ((NsRecord)value.Rdata).Host));
        }

        Assert.Equal((4, 128), (CompressionTable.Probes, CompressionTable.Slots));
    }
}
