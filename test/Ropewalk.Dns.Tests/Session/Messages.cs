using System.Buffers.Binary;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>Makes messages, and takes streams of them apart.</summary>
internal static class Messages
{
    public static DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static byte[] Query(ushort id, string name = "www.example.org", DnsType type = DnsType.A, uint? serial = null, bool edns = false, bool keepalive = false, byte version = 0)
    {
        byte[] message = new byte[1024];
        DnsMessageWriter writer = new(message);
        Assert.True(writer.TryWriteQuestion(DomainName.Parse(name).Wire, type, DnsClass.IN));
        if (serial is { } number)
        {
            writer.GoTo(DnsSection.Authority);
            Assert.True(ResourceRecord.Parse($"{name}. 0 IN SOA ns.{name}. root.{name}. {number} 1 1 1 1").TryWrite(ref writer));
        }

        if (edns)
        {
            Assert.True(writer.TryBeginOpt(1232, dnssecOk: true, version: version));
            Assert.True(!keepalive || EdnsKeepalive.TryWrite(ref writer, null));
            writer.EndOpt();
        }

        return message[..writer.Finish(new DnsHeader(id, 0))];
    }

    public static byte[] Sign(TsigTransaction transaction, byte[] message, DateTimeOffset? now = null)
    {
        int length = message.Length;
        byte[] signed = [.. message, .. new byte[transaction.RecordBytes]];
        Assert.True(transaction.TrySign(signed, ref length, now ?? Now));
        return signed[..length];
    }

    public static byte[] Frame(params IEnumerable<byte[]> messages)
    {
        List<byte> bytes = [];
        foreach (byte[] message in messages)
        {
            bytes.AddRange([(byte)(message.Length >> 8), (byte)message.Length, .. message]);
        }

        return [.. bytes];
    }

    public static List<byte[]> Unframe(ReadOnlySpan<byte> stream)
    {
        List<byte[]> messages = [];
        while (stream.Length > 0)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(stream);
            messages.Add(stream.Slice(2, length).ToArray());
            stream = stream[(2 + length)..];
        }

        return messages;
    }

    public static ushort IdOf(byte[] message) => BinaryPrimitives.ReadUInt16BigEndian(message);

    public static DnsHeader HeaderOf(byte[] message)
    {
        Assert.Equal(DnsViolation.None, DnsHeader.Decode(message, out DnsHeader header));
        return header;
    }

    /// <summary>Reads all records of a section, as text.</summary>
    public static List<string> RecordsOf(byte[] message, DnsSection section = DnsSection.Answer)
    {
        List<string> records = [];
        Assert.Equal(DnsViolation.None, DnsMessageReader.Begin(message, out DnsMessageReader reader));
        DnsViolation violation;
        while (reader.TryReadRecord(out DnsRecordView view, out violation))
        {
            if (view.Section == section && view.Type is not (DnsType.OPT or DnsType.TSIG))
            {
                Assert.Equal(DnsViolation.None, ResourceRecord.Decode(view, out ResourceRecord? record));
                records.Add(record!.ToString());
            }
        }

        Assert.Equal(DnsViolation.None, violation);
        Assert.Equal(DnsViolation.None, reader.End());
        return records;
    }

    public static (DnsResponseCode Error, int MacBytes, string Key)? TsigOf(byte[] message)
    {
        Assert.Equal(DnsViolation.None, TsigView.Find(message, out TsigView tsig, out bool isThere));
        if (!isThere)
        {
            return null;
        }

        byte[] name = new byte[DnsLimits.NameBytes];
        Assert.Equal(DnsViolation.None, tsig.CopyKeyName(name, out int length));
        Assert.Equal(DnsViolation.None, DomainName.Decode(name.AsSpan(0, length), out DomainName? key));
        return (tsig.Error, tsig.Mac.Length, key!.ToString());
    }

    public static DnsResponseCode Check(TsigTransaction transaction, byte[] message, DateTimeOffset? now = null)
    {
        Assert.Equal(DnsViolation.None, TsigView.Find(message, out TsigView tsig, out bool isThere));
        Assert.True(isThere);
        return transaction.Check(tsig, now ?? Now);
    }
}
