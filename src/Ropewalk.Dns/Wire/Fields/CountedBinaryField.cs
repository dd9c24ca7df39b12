using System.Buffers.Binary;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is bytes behind their length of one byte or two, written in one word; none is <c>-</c>.</summary>
internal sealed class CountedBinaryField(string name, BinaryForm form, int lengthBytes = 1, int leastBytes = 0, bool showsLength = false) : RecordField(name)
{
    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at)
    {
        if (rdata.Length - at < lengthBytes)
        {
            return DnsViolation.RdataTruncated;
        }

        int length = LengthAt(rdata, at);
        return length < leastBytes ? DnsViolation.FieldMalformed : Step(rdata, ref at, lengthBytes + length);
    }

    public override bool Parse(ref RdataParser parser)
    {
        ulong told = 1;
        if (showsLength && !parser.TryTakeNumber(ushort.MaxValue, out told))
        {
            return false;
        }

        int position = parser.Length;
        if (!parser.PutNumber(0, lengthBytes))
        {
            return false;
        }

        // With its length before it, what has no bytes has no word either.
        if (told == 0)
        {
            return true;
        }

        if (!parser.TryTake(out MasterFileToken token) || (token.Text is not [(byte)'-'] && !BinaryText.Put(ref parser, token, form)))
        {
            return false;
        }

        int length = parser.Length - position - lengthBytes;
        if (length > (lengthBytes == 1 ? byte.MaxValue : ushort.MaxValue) || length < leastBytes)
        {
            return parser.Fail(length < leastBytes ? BinaryText.Malformed(form) : MasterFileViolation.TextTooLong, token.Offset);
        }

        if (lengthBytes == 1)
        {
            parser.Written[position] = (byte)length;
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(parser.Written[position..], (ushort)length);
        }

        return true;
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        int length = LengthAt(rdata, at);
        if (showsLength)
        {
            printer.Number((ulong)length);
        }

        if (length == 0 && !showsLength)
        {
            printer.Word("-"u8);
        }
        else if (length > 0)
        {
            printer.Begin();
            BinaryText.Print(rdata.Slice(at + lengthBytes, length), form, ref printer);
        }

        at += lengthBytes + length;
    }

    private int LengthAt(ReadOnlySpan<byte> rdata, int at) => lengthBytes == 1 ? rdata[at] : BinaryPrimitives.ReadUInt16BigEndian(rdata[at..]);
}
