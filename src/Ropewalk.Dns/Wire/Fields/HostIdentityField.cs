using System.Buffers.Binary;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is what HIP has before its servers: the lengths of tag and key with the algorithm between, the tag, the key. <b>Spec</b>: RFC 8005 §5.</summary>
internal sealed class HostIdentityField(string name) : RecordField(name)
{
    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        if (rdata.Length - at < 4)
        {
            return DnsViolation.RdataTruncated;
        }

        int tag = rdata[at], key = BinaryPrimitives.ReadUInt16BigEndian(rdata[(at + 2)..]);
        return tag == 0 || key == 0 ? DnsViolation.FieldMalformed : Step(rdata, ref at, 4 + tag + key);
    }

    public override bool Parse(ref RdataParser parser)
    {
        int begin = parser.Length;
        if (!parser.TryTakeNumber(byte.MaxValue, out ulong algorithm) || !parser.PutNumber(algorithm << 16, 4)
            || !parser.TryTake(out MasterFileToken tag) || !BinaryText.Put(ref parser, tag, BinaryForm.Hex))
        {
            return false;
        }

        int keyBegin = parser.Length;
        if (keyBegin - begin - 4 is 0 or > byte.MaxValue)
        {
            return parser.Fail(MasterFileViolation.HexMalformed, tag.Offset);
        }

        // RFC 8005 §6: the key is one word, since names follow it.
        if (!parser.TryTake(out MasterFileToken key) || !BinaryText.Put(ref parser, key, BinaryForm.Base64))
        {
            return false;
        }

        parser.Written[begin] = (byte)(keyBegin - begin - 4);
        BinaryPrimitives.WriteUInt16BigEndian(parser.Written[(begin + 2)..], (ushort)(parser.Length - keyBegin));
        return parser.Length > keyBegin || parser.Fail(MasterFileViolation.Base64Malformed, key.Offset);
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        int tag = rdata[at], key = BinaryPrimitives.ReadUInt16BigEndian(rdata[(at + 2)..]);
        printer.Number(rdata[at + 1]);
        printer.Begin();
        printer.PutHex(rdata.Slice(at + 4, tag));
        printer.Begin();
        printer.PutBase64(rdata.Slice(at + 4 + tag, key));
        at += 4 + tag + key;
    }
}
